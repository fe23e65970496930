"""The examples of the API's description, each with the address it is sent to."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from drf_spectacular.generators import SchemaGenerator


class Example(NamedTuple):
    """One example of a request, or of an answer."""

    operation: str
    method: str
    path: str
    name: str
    value: Any
    schema: dict[str, Any]
    # Statuses below 400 that the operation describes; of an answer its own.
    statuses: tuple[int, ...]
    is_request: bool


def described() -> dict[str, Any]:
    """The description of the API, with its parts where JSON Schema looks for them."""
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


def of(schema: dict[str, Any]) -> Iterator[Example]:
    """Every example."""
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            if method not in ("get", "post", "put", "patch", "delete"):
                continue
            answers = operation["responses"]
            fine = tuple(int(status) for status in answers if status.startswith("2"))
            body = operation.get("requestBody", {})
            short = re.sub(r"^/api/v1/", "", path)
            for is_request, said, statuses in (
                (True, body, fine),
                *((False, answer, (int(status),)) for status, answer in answers.items()),
            ):
                for media in said.get("content", {}).values():
                    for name, each in media.get("examples", {}).items():
                        yield Example(
                            operation["operationId"],
                            method.upper(),
                            short,
                            each.get("summary", name),
                            each["value"],
                            media["schema"],
                            statuses,
                            is_request,
                        )


def without(schema: dict[str, Any]) -> list[str]:
    """Operations that take a JSON body and show none."""
    return sorted(
        operation["operationId"]
        for methods in schema["paths"].values()
        for operation in methods.values()
        if isinstance(operation, dict)
        for kind, media in operation.get("requestBody", {}).get("content", {}).items()
        if kind == "application/json" and "examples" not in media
    )
