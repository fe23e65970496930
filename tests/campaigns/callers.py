"""Who calls: an integration with a key, and a person in a browser. Both survive a server that goes away."""

import http.client
import json
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

# Longer than a killed server needs to come back.
PATIENCE_SECONDS = 60.0
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
AWAY = (OSError, http.client.HTTPException)


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 for no answer at all."""

    status: int
    body: bytes = b""
    headers: Any = None

    @property
    def said(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def is_final(self) -> bool:
        """Whether asking again would bring the same: not after failures, not while a twin is under way."""
        return 0 < self.status < 500 and not (self.status == 409 and self.headers.get("Retry-After"))


# Told of every answer: what was asked, what came, and when it was asked.
Note = Callable[[str, Answer, float], None]


class Caller:
    """One kept-alive connection, opened again when it breaks."""

    def __init__(self, port: int, headers: dict[str, str], note: Note) -> None:
        self._port, self._headers, self._note = port, headers, note
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Ask once."""
        began = time.monotonic()
        answer = self._ask(method, path, body, {**self._headers, **headers})
        self._note(f"{method} {path.partition('?')[0]}", answer, began)
        return answer

    def _ask(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Answer:
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            return Answer(response.status, response.read(), response.headers)
        except AWAY:
            self.close()
            time.sleep(0.1)  # Nobody asks a closed door a thousand times a second.
            return Answer(0)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Integration(Caller):
    """Calls the API with a key."""

    def __init__(self, port: int, secret: str, note: Note) -> None:
        super().__init__(port, {"Authorization": f"Bearer {secret}"}, note)

    def send(self, method: str, path: str, said: Any, **headers: str) -> Answer:
        """Send JSON once."""
        return self.ask(method, path, json.dumps(said), **{"Content-Type": "application/json", **headers})

    def insist(self, path: str, said: Any, *, twice: bool = False) -> Answer:
        """POST under an Idempotency-Key until an answer counts; if `twice`, once more after it."""
        key, deadline = str(uuid.uuid4()), time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = self.send("POST", path, said, **{"Idempotency-Key": key})
            if time.monotonic() > deadline or (answer.is_final and not twice):
                return answer
            twice = twice and not answer.is_final
            time.sleep(0.2 if not answer.is_final else 0)


class Person(Caller):
    """Uses the pages with a session."""

    def __init__(self, port: int, session: str, note: Note) -> None:
        super().__init__(port, {"Cookie": f"sessionid={session}"}, note)
        self._session = session

    def submit(self, path: str, fields: dict[str, str]) -> Answer:
        """Open a form and send it; the answer of the page when it could not be opened."""
        page = self.ask("GET", path)
        token = TOKEN.search(page.body.decode(errors="replace"))
        if page.status != 200 or token is None:
            return page
        cookie = re.search(r"csrftoken=([^;]+)", page.headers.get("Set-Cookie") or "")
        cookies = f"sessionid={self._session}; csrftoken={cookie[1] if cookie else token[1]}"
        body = urlencode({"csrfmiddlewaretoken": token[1], **fields})
        kind = "application/x-www-form-urlencoded"
        return self.ask("POST", path, body, **{"Cookie": cookies, "Content-Type": kind})
