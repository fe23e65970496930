"""How many statements a request needs, counted at Django's own connection in this process."""

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.client import Asked

# They open and close a transaction and ask nothing.
NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def count(asked: Asked) -> int:
    """The statements of a request, when the process has answered one like it before."""
    with CaptureQueriesContext(connection) as captured:
        response = _send(asked.request)
    if response.status_code != asked.status:
        raise RuntimeError(f"{response.status_code} instead of {asked.status}: {response.content[:600]!r}")
    return sum(not query["sql"].startswith(NOT_COUNTED) for query in captured.captured_queries)


def _send(request: bytes) -> Any:
    """The same bytes as a call: method, address, headers and body."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _ = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    content_type = headers.pop("Content-Type", "")
    return Client().generic(method, path, body, content_type=content_type, headers=headers)
