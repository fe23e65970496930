"""One request to another system: to a host outside, within its time, and no step further."""

import http.client
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import SplitResult

from django.conf import settings

from portfolio import addresses

# From the first packet to the last: a server that answers letter by letter gains nothing.
SECONDS = 10.0
# Enough for a word of thanks; who reads documents says how long they may be.
LONGEST_ANSWER = 2_000
# A server that asks for more is tried then all the same.
LONGEST_WAIT = timedelta(hours=6)
# Such as no_service: the only part of an answer that is repeated, for it holds nothing of anybody's.
WORD = re.compile(r"[a-z][a-z_]{2,39}")

JSON = {"Content-Type": "application/json"}
HEADERS = {"User-Agent": "Plimsoll", "Connection": "close"}
NO_WAIT = timedelta(0)


class Answer(NamedTuple):
    """What came back: an empty `error` is a 2xx; else it says what went wrong, never with the address."""

    status: int | None = None  # None: there was no answer.
    headers: Mapping[str, str] = {}  # Names in small letters.
    body: bytes = b""
    error: str = ""
    wait: timedelta = NO_WAIT  # What Retry-After asks for.
    is_whole: bool = True  # False: the body is longer than what was read of it.


class _Failed(Exception):
    """What went wrong, for people."""


def request(
    method: str,
    url: str,
    *,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
    most: int = LONGEST_ANSWER,
) -> Answer:
    """Ask an address now; `most` bytes of the answer are read. Never raises for what the other side does."""
    found = addresses.problem(url, allow_private=settings.ALLOW_PRIVATE_HOOKS)
    parts = addresses.split(url)
    if found or parts is None:
        return Answer(error=found)
    sent = {"Host": parts.netloc, **HEADERS, **(headers or {})}
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    try:
        with _connection(parts, seconds) as connection:
            connection.request(method, path, body or None, sent)
            response = connection.getresponse()
            said = response.read(most + 1)
    except _Failed as failure:
        return Answer(error=str(failure))
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(error=_in_words(error, parts.hostname or "", seconds))
    return _answer(response, said, most)


def _answer(response: http.client.HTTPResponse, said: bytes, most: int) -> Answer:
    return Answer(
        response.status,
        {name.lower(): value for name, value in response.getheaders()},
        said[:most],
        _error(response.status, said),
        _wait(response.getheader("Retry-After")),
        len(said) <= most,
    )


def _error(status: int, said: bytes) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return f"The server answered {status}, a redirect. Enter the address that it leads to."
    word = said[:LONGEST_ANSWER].decode("ascii", errors="replace").strip()
    reason = f" {word}" if WORD.fullmatch(word) else ""
    return f"The server answered {status}{reason}."


def _wait(said: str | None) -> timedelta:
    """How long the server asks us to wait: seconds, or a moment."""
    if not said:
        return NO_WAIT
    if said.strip().isdecimal():
        # So many digits are more than the longest wait, whatever they say.
        return min(timedelta(seconds=int(said.strip()[:9])), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return NO_WAIT
    left = (at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime.now(UTC)
    return max(NO_WAIT, min(left, LONGEST_WAIT))


@contextmanager
def _connection(parts: SplitResult, seconds: float) -> Iterator[http.client.HTTPConnection]:
    """A connection to the checked host, cut off when its time is over."""
    host, is_safe = parts.hostname or "", parts.scheme == "https"
    until = time.monotonic() + seconds
    wire = _connected(host, parts.port or (443 if is_safe else 80), until)
    if is_safe:
        # The handshake waits for its turn below: a server may be slow there, too.
        safe = ssl.create_default_context()
        wire = safe.wrap_socket(wire, server_hostname=host, do_handshake_on_connect=False)
    cut = threading.Timer(max(until - time.monotonic(), 0), _cut, [wire])
    cut.daemon = True
    cut.start()
    try:
        if isinstance(wire, ssl.SSLSocket):
            wire.do_handshake()
        connection = http.client.HTTPConnection(host)
        connection.sock = wire
        yield connection
    except (OSError, http.client.HTTPException) as error:
        raise _late(seconds) if time.monotonic() >= until else error from error
    finally:
        cut.cancel()
        wire.close()


def _cut(wire: socket.socket) -> None:
    with suppress(OSError):  # it may be closed by now
        wire.shutdown(socket.SHUT_RDWR)


def _connected(host: str, port: int, until: float) -> socket.socket:
    """A socket to an address of the host that was looked at: the name is asked once, so it cannot change."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _Failed(f"There is no host {host}.") from error
    open_to_us = [
        each for each in found if settings.ALLOW_PRIVATE_HOOKS or addresses.is_public(str(each[4][0]))
    ]
    if not open_to_us:
        raise _Failed(f"{host} lies in a private network. {addresses.UNLESS}")
    last: OSError = OSError()
    for family, kind, protocol, _, address in open_to_us:
        wire = socket.socket(family, kind, protocol)
        try:
            wire.settimeout(max(until - time.monotonic(), 0.001))
            wire.connect(address)
        except OSError as error:
            wire.close()
            last = error
        else:
            return wire
    raise last


def _late(seconds: float) -> _Failed:
    return _Failed(f"The server did not answer within {seconds:g} seconds.")


def _in_words(error: Exception, host: str, seconds: float) -> str:
    """What happened; never with the address, which libraries like to repeat."""
    if isinstance(error, TimeoutError):
        return str(_late(seconds))
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The certificate of {host} is not trusted: {error.verify_message}."
    if isinstance(error, OSError) and error.strerror:
        return f"{host} cannot be reached: {error.strerror}."
    return f"{host} did not answer as a web server does ({type(error).__name__})."
