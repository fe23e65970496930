"""Requests that are right to repeat: each has a key of its own, waits longer each time, and ends in time."""

import random
import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx

from plimsoll import errors
from plimsoll.errors import Failed, Json, WrongUse

VERSION = "0.1.0"
# Half a second, one, two, four: a server that is being restarted is back by then.
TRIES, FIRST_PAUSE_S, LONGEST_PAUSE_S = 5, 0.5, 30.0
# What another try may change: too many requests, and a proxy whose server is away for a moment.
PASSING = (429, 502, 503, 504)
IN_FLIGHT = "request_in_flight"


class Transport:
    """One server and one key; the key is sent and never shown."""

    def __init__(self, url: str, key: str, *, timeout: float, tries: int, http: httpx.BaseTransport | None):
        if not url.startswith(("https://", "http://")):
            raise WrongUse("The address of Plimsoll begins with https:// (PLIMSOLL_URL).")
        self.url, self.tries = url.rstrip("/"), max(1, tries)
        headers = {"Authorization": f"Bearer {key}", "User-Agent": f"plimsoll-client/{VERSION}"}
        self._http = httpx.Client(
            base_url=f"{self.url}/api/v1/",
            headers={**headers, "Accept": "application/json"},
            timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0)),
            transport=http,
        )

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Json:
        """What the server says at an address; parameters that are None are left out."""
        given = {name: value for name, value in (params or {}).items() if value is not None}
        return self._send("GET", path, params=given)

    def post(
        self, path: str, body: Any = None, *, params: Mapping[str, Any] | None = None, **said: Any
    ) -> Json:
        """Do something; sent again with the same Idempotency-Key it is done once."""
        headers = {"Idempotency-Key": uuid4().hex}
        if body is not None:
            said["json"] = body
        return self._send("POST", path, params=params or {}, headers=headers, **said)

    def _send(self, method: str, path: str, **said: Any) -> Json:
        for number in range(1, self.tries + 1):
            is_last = number == self.tries
            try:
                answer = self._http.request(method, path, **said)
            except httpx.TransportError as error:
                if is_last or isinstance(error, httpx.UnsupportedProtocol):
                    raise Failed(f"{self.url} does not answer: {_words(error)}") from error
                _pause(number)
                continue
            found = _read(answer)
            if answer.is_success:
                return found
            if is_last or not _passes(answer.status_code, found):
                raise self._error(answer, found)
            _pause(number, answer.headers.get("Retry-After", ""))
        raise AssertionError("The last try returns or raises.")  # pragma: no cover

    def _error(self, answer: httpx.Response, found: Json) -> errors.PlimsollError:
        if "status" in found:
            return errors.of(found)
        if answer.is_redirect:
            place = answer.headers.get("Location", "another address")
            return WrongUse(f"{self.url} sends on to {place}. Use that address as PLIMSOLL_URL.")
        # Something between here and Plimsoll, or not Plimsoll at all.
        return errors.of({"status": answer.status_code, "title": f"{self.url} answers {answer.status_code}."})


def _read(answer: httpx.Response) -> Json:
    """The object of an answer; an empty one for an empty body, or for what is no JSON."""
    try:
        found = answer.json() if answer.content else {}
    except ValueError as error:
        if answer.is_success:
            raise Failed("The answer is not JSON. Is PLIMSOLL_URL the address of Plimsoll?") from error
        return {}
    return found if isinstance(found, dict) else {"items": found}


def _passes(status: int, found: Json) -> bool:
    return status in PASSING or (status == 409 and found.get("code") == IN_FLIGHT)


def _pause(number: int, retry_after: str = "") -> None:
    """Wait as long as the server asks for, else longer each time; not all pipelines at the same moment."""
    asked = float(retry_after) if retry_after.isdigit() else FIRST_PAUSE_S * 2 ** (number - 1)
    time.sleep(min(asked, LONGEST_PAUSE_S) * random.uniform(0.8, 1.2))  # noqa: S311 - no secret


def _words(error: httpx.TransportError) -> str:
    return str(error) or type(error).__name__
