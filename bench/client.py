"""A closed-loop load client: each connection asks, waits for the whole answer and asks again.

Requests are ready-made bytes and answers are read no further than their length: what the client does on its
own counts in every ratio as if it were the server's, so it does next to nothing.
"""

import socket
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

END_OF_HEADERS = b"\r\n\r\n"
PATIENCE_SECONDS = 60.0


class Unexpected(Exception):
    """An answer that the measurement did not count on; its figures would mean nothing."""


class Asked(NamedTuple):
    """A request, and the status of the answer that counts."""

    request: bytes
    status: int = 200


class Sample(NamedTuple):
    """Seconds that each answer took, and how long all of it lasted."""

    seconds: list[float]
    lasted: float


def request(method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> bytes:
    """A whole request as bytes."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Connection:
    """One kept-alive connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Status and body of the answer."""
        self._socket.sendall(request)
        got = self._more()
        while (end := got.find(END_OF_HEADERS)) < 0:
            got += self._more()
        whole = end + len(END_OF_HEADERS) + _length(got[:end])
        while len(got) < whole:
            got += self._more()
        return int(got[9:12]), got[end + len(END_OF_HEADERS) :]

    def close(self) -> None:
        self._socket.close()

    def _more(self) -> bytes:
        got = self._socket.recv(262_144)
        if not got:
            raise Unexpected("The server closed the connection in the middle of an answer.")
        return got


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    raise Unexpected("An answer without a length; both servers are expected to state it.")


def run(port: int, callers: list[Iterator[Asked]], seconds: float) -> Sample:
    """Let every caller ask one after the other for so long."""
    began = time.perf_counter()
    until = began + seconds
    if len(callers) == 1:
        found = [_loop(port, callers[0], until)]
    else:
        with ThreadPoolExecutor(len(callers)) as pool:
            found = list(pool.map(lambda caller: _loop(port, caller, until), callers))
    return Sample([each for one in found for each in one], time.perf_counter() - began)


def _loop(port: int, caller: Iterator[Asked], until: float) -> list[float]:
    connection, took = Connection(port), []
    try:
        while (began := time.perf_counter()) < until:
            asked = next(caller)
            status, body = connection.ask(asked.request)
            took.append(time.perf_counter() - began)
            if status != asked.status:
                line = asked.request.split(b"\r\n", 1)[0].decode()
                said = body[:600].decode(errors="replace")
                raise Unexpected(f"{line}: {status} instead of {asked.status}. {said}")
    finally:
        connection.close()
    return took
