"""The REST API from inside: an assistant gets what its key gets there, no more and no less."""

import io
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from uuid import uuid4

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

Json = dict[str, Any]
Environ = dict[str, Any]


class Door:
    """Asks the API as one key: its permissions, limits and traces are those of every other caller."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._application: Callable[[Environ, Callable[..., Any]], Iterable[bytes]] = WSGIHandler()

    def read(self, path: str, **params: Any) -> tuple[int, Json]:
        """Status and answer of a GET; parameters that are None or empty are left out."""
        said = urlencode({name: value for name, value in params.items() if value not in (None, "")})
        return self._ask("GET", path, query=said)

    def write(self, path: str, body: Mapping[str, Any]) -> tuple[int, Json]:
        """Status and answer of a POST."""
        return self._ask("POST", path, body=json.dumps(body).encode())

    def _ask(self, method: str, path: str, *, query: str = "", body: bytes = b"") -> tuple[int, Json]:
        begun: list[str] = []
        environ = self._environ(method, f"/api/v1/{path}", query, body)
        answer = self._application(environ, lambda status, _headers, *_: begun.append(status))
        try:
            content = b"".join(answer)
        finally:
            # Lets go of the database: the process lives as long as the assistant talks.
            getattr(answer, "close", lambda: None)()
        return int(begun[0].split()[0]), json.loads(content or b"{}")

    def _environ(self, method: str, path: str, query: str, body: bytes) -> Environ:
        home = urlsplit(settings.BASE_URL)
        return {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "SERVER_NAME": home.hostname or "localhost",
            "SERVER_PORT": str(home.port or (443 if home.scheme == "https" else 80)),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": home.netloc,
            "HTTP_ACCEPT": "application/json",
            "HTTP_AUTHORIZATION": f"Bearer {self._key}",
            "HTTP_IDEMPOTENCY_KEY": uuid4().hex,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": home.scheme,
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }


def part(text: str) -> str:
    """A key or a short name as one part of an address, whatever an assistant makes of it."""
    return quote(text.strip(), safe="")
