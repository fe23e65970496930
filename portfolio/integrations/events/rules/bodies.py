"""What is sent of an event: a body of a fixed version, made of the event's row alone."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from portfolio.integrations.events.rules import catalogue

PING = "ping"
NEWEST = 1
EXAMPLE_AT = datetime(2026, 11, 20, 9, 42, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Happened:
    """An event's row; portfolios by their short name and projects by their key, which never change."""

    position: int
    kind: str
    at: datetime
    portfolio: str
    project: str | None
    by: int | None
    by_machine: bool
    door: str
    request_id: str
    payload: Mapping[str, Any]


def body(event: Happened, version: int = NEWEST) -> bytes:
    """The same bytes however often they are made."""
    return _written(event.kind, event.at, VERSIONS[version](event))


def ping(portfolio: str, now: datetime) -> bytes:
    """What a test sends."""
    return _written(PING, now, {"version": NEWEST, "portfolio": portfolio})


def example(kind: str) -> dict[str, Any]:
    """A whole message of a kind."""
    entry = catalogue.entry(kind)
    is_of_project = entry.group not in catalogue.OF_PORTFOLIOS
    made = Happened(
        position=48_291,
        kind=kind,
        at=EXAMPLE_AT,
        portfolio="claims",
        project="CLM-7" if is_of_project else None,
        by=12,
        by_machine=False,
        door="page",
        request_id="7b0d4c1e-5f0a-4c39-9a55-1c8f3f8f2f10",
        payload=entry.example,
    )
    said: dict[str, Any] = json.loads(body(made))
    return said


def _version_1(event: Happened) -> dict[str, Any]:
    """Only what the catalogue promises: what is added to a row later does not change what is received."""
    promised = catalogue.entry(event.kind).fields
    return {
        "version": 1,
        "position": event.position,
        "portfolio": event.portfolio,
        "project": event.project,
        "by": event.by,
        "by_machine": event.by_machine,
        "door": event.door,
        "request_id": event.request_id,
        "payload": {name: value for name, value in event.payload.items() if name in promised},
    }


VERSIONS: dict[int, Callable[[Happened], dict[str, Any]]] = {1: _version_1}


def _written(kind: str, at: datetime, data: Mapping[str, Any]) -> bytes:
    moment = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    said = {"type": kind, "timestamp": moment, "data": data}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
