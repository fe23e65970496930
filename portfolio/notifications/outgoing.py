"""One request to a chat: over HTTPS, to a host outside, at most ten seconds, and no step further."""

import http.client
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import SplitResult

from django.conf import settings

from portfolio.notifications.rules import chat_addresses

# From the first packet to the last: a server that answers letter by letter gains nothing.
SECONDS = 10.0
# Chats answer with a word; the rest of a longer answer is not read.
LONGEST_ANSWER = 2_000
# A chat that asks for more is tried then all the same.
LONGEST_WAIT = timedelta(hours=6)
# Such as no_service: the only part of an answer that is repeated, for it holds nothing of anybody's.
WORD = re.compile(r"[a-z][a-z_]{2,39}")


HEADERS = {"Content-Type": "application/json", "User-Agent": "Plimsoll", "Connection": "close"}


class Answer(NamedTuple):
    """How it went: an empty `error`, or what went wrong in words that do not hold the address."""

    error: str
    wait: timedelta = timedelta(0)


class _Failed(Exception):
    """What went wrong, for people."""


def post(url: str, body: bytes) -> Answer:
    """Post JSON to an address now."""
    found = chat_addresses.problem(url, allow_private=settings.ALLOW_PRIVATE_HOOKS)
    parts = chat_addresses.split(url)
    if found or parts is None:
        return Answer(found)
    try:
        with _connection(parts) as connection:
            path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
            connection.request("POST", path, body, {"Host": parts.netloc, **HEADERS})
            response = connection.getresponse()
            said = response.read(LONGEST_ANSWER)
    except _Failed as failure:
        return Answer(str(failure))
    except (OSError, http.client.HTTPException) as error:
        return Answer(_in_words(error, parts.hostname or ""))
    return _answer(response, said)


def _answer(response: http.client.HTTPResponse, said: bytes) -> Answer:
    if 200 <= response.status < 300:
        return Answer("")
    if 300 <= response.status < 400:
        return Answer(f"The chat answered {response.status}, a redirect. Enter the address that it leads to.")
    word = said.decode("ascii", errors="replace").strip()
    reason = f" {word}" if WORD.fullmatch(word) else ""
    return Answer(f"The chat answered {response.status}{reason}.", _wait(response.getheader("Retry-After")))


def _wait(said: str | None) -> timedelta:
    """How long the chat asks us to wait: seconds, or a moment."""
    if not said:
        return timedelta(0)
    if said.strip().isdecimal():
        # So many digits are more than the longest wait, whatever they say.
        return min(timedelta(seconds=int(said.strip()[:9])), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return timedelta(0)
    left = (at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime.now(UTC)
    return max(timedelta(0), min(left, LONGEST_WAIT))


@contextmanager
def _connection(parts: SplitResult) -> Iterator[http.client.HTTPConnection]:
    """A connection to the checked host, cut off when its time is over."""
    host, is_safe = parts.hostname or "", parts.scheme == "https"
    until = time.monotonic() + SECONDS
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
        raise _late() if time.monotonic() >= until else error from error
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
        each for each in found if settings.ALLOW_PRIVATE_HOOKS or chat_addresses.is_public(str(each[4][0]))
    ]
    if not open_to_us:
        raise _Failed(f"{host} lies in a private network, where nothing is posted.")
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


def _late() -> _Failed:
    return _Failed(f"The chat did not answer within {SECONDS:.0f} seconds.")


def _in_words(error: Exception, host: str) -> str:
    """What happened; never with the address, which libraries like to repeat."""
    if isinstance(error, TimeoutError):
        return str(_late())
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The certificate of {host} is not trusted: {error.verify_message}."
    if isinstance(error, OSError) and error.strerror:
        return f"{host} cannot be reached: {error.strerror}."
    return f"{host} did not answer as a chat does ({type(error).__name__})."
