"""A caller of the API as a pipeline would be one: JSON in, JSON out, a key in the header."""

import json
from typing import Any

from django.test import Client

from tests import factories

BASE = "/api/v1/"


class Caller:
    """Sends requests with a key, or with nothing at all."""

    def __init__(self, secret: str = "") -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes | str) else json.dumps(body) if body is not None else ""
        return self.client.generic(
            method,
            path if path.startswith("/") else BASE + path,
            data,
            content_type=named.pop("Content-Type", "application/json"),
            headers={**self.headers, **named},
        )

    def get(self, path: str, **headers: str) -> Any:
        return self("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self("POST", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self("DELETE", path, **headers)


class SignedIn(Caller):
    """Somebody signed in at the pages who calls the API from there."""

    def __init__(self, person: Any, *, checks_csrf: bool = False) -> None:
        super().__init__()
        self.client = Client(raise_request_exception=False, enforce_csrf_checks=checks_csrf)
        self.client.force_login(person)
        self.person = person


def with_key(portfolio: Any, **fields: Any) -> Caller:
    """A caller with a new key."""
    return Caller(factories.a_key(portfolio, **fields)[1])


def problem(response: Any, status: int) -> dict[str, Any]:
    """The problem document of an answer, checked for what every one of them has."""
    assert response.status_code == status, response.content[:2000]
    assert response["Content-Type"] == "application/problem+json"
    found = response.json()
    assert found["status"] == status
    assert found["type"] == f"urn:plimsoll:problem:{found['code']}"
    assert found["title"]
    assert found["detail"]
    assert found["request_id"] == response["X-Request-ID"]
    return found


def fields_of(found: dict[str, Any]) -> list[str]:
    """The fields that a problem complains about."""
    return [error["field"] for error in found["errors"]]
