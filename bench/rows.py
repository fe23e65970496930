"""What is measured: for each row, what a client asks of the product and what it asks of the floor."""

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count, cycle

from bench.client import Asked, request
from bench.data import Installation

CLIENTS = (1, 8)
PAGE = {"Accept": "text/html", "Accept-Encoding": "gzip, br"}
# Two stages with a gate between them that lets through and warns: a move can go there and back for ever.
FORTH = {"kind": "advance", "to": "data"}
BACK = {"kind": "back", "to": "framing", "reason_code": "failed_evidence"}
NOTE = "The labels of March were wrong."
Caller = Iterator[Asked]


@dataclass
class Row:
    """One line of the table; a caller is an endless series of requests, and each client has its own."""

    name: str
    product: Callable[[int], Caller]
    floor: Callable[[int], Caller]
    # The bar of a median answer in milliseconds, as far as one was set.
    bar: float | None = None
    _callers: dict[tuple[str, int], Caller] = field(default_factory=dict)

    def callers(self, side: str, clients: int) -> list[Caller]:
        """The callers of one side; the same ones each time, so that a move forth is followed by one back."""
        make = self.product if side == "product" else self.floor
        for client in range(clients):
            if (side, client) not in self._callers:
                self._callers[side, client] = make(client)
        return [self._callers[side, client] for client in range(clients)]


def rows(found: Installation, session: str) -> list[Row]:
    """Every row that is asked over HTTP."""
    page = {**PAGE, "Cookie": f"sessionid={session}"}
    part = {**page, "HX-Request": "true", "HX-Target": "list"}
    key = {"Authorization": f"Bearer {found.secret}"}
    slug = found.portfolio.slug

    def some_project(prefix: str, headers: dict[str, str]) -> Callable[[int], Caller]:
        asked = [Asked(request("GET", f"{prefix}{name}/", headers)) for name in found.movable[:200]]
        return lambda client: cycle(asked[client:] + asked[:client])

    def floor_project(client: int) -> Caller:
        asked = [Asked(request("GET", f"/projects/{name}")) for name in found.movable[:200]]
        return cycle(asked[client:] + asked[:client])

    return [
        Row("Stage change by REST", _moves(found, key, 0), _floor_moves(found, "/move", 0), bar=6),
        Row(
            "Stage change with Idempotency-Key",
            _moves(found, key, 1, with_key=True),
            _floor_moves(found, "/kept-move", 1),
            bar=6,
        ),
        Row("10,000 observations", _batches(found, key), _floor_batches(found), bar=1000),
        Row("List of 50 by API", _same("/api/v1/projects", key), _same("/projects"), bar=6),
        Row("Register page", _same("/projects/", page), _same("/register"), bar=20),
        Row("Register, part for htmx", _same("/projects/", part), _same("/register-part"), bar=20),
        Row("Project page", some_project("/projects/", page), floor_project, bar=10),
        Row("Summary page", _same(f"/portfolios/{slug}/", page), _same(f"/summaries/{slug}")),
        Row("Summary by API", _same(f"/api/v1/portfolios/{slug}/summary", key), _same(f"/summaries/{slug}")),
    ]


def _same(path: str, headers: dict[str, str] | None = None) -> Callable[[int], Caller]:
    asked = Asked(request("GET", path, headers))
    return lambda client: cycle([asked])


def _moves(
    found: Installation, key: dict[str, str], lane: int, *, with_key: bool = False
) -> Callable[[int], Caller]:
    """Every project of the client's share forth, then every one back."""

    def caller(client: int) -> Caller:
        mine = _share(found.movable, lane, client)
        while True:
            for step in (FORTH, BACK):
                body = json.dumps({**step, "note": NOTE}).encode()
                for name in mine:
                    headers = {**key, "Content-Type": "application/json"}
                    if with_key:
                        headers["Idempotency-Key"] = str(uuid.uuid4())
                    yield Asked(request("POST", f"/api/v1/projects/{name}/moves", headers, body), 201)

    return caller


def _floor_moves(found: Installation, path: str, lane: int) -> Callable[[int], Caller]:
    def caller(client: int) -> Caller:
        mine = _share(found.floor_movable, lane, client)
        for turn in count():
            step = BACK if turn % 2 else FORTH
            for name in mine:
                said = {"project": name, "kind": step["kind"], "to": step["to"], "note": NOTE}
                body = json.dumps({**said, "key": str(uuid.uuid4())}).encode()
                yield Asked(request("POST", path, {"Content-Type": "application/json"}, body))

    return caller


def _batches(found: Installation, key: dict[str, str]) -> Callable[[int], Caller]:
    """Batches of rows that are all new, each client on projects of its own."""
    headers = {**key, "Content-Type": "application/json"}

    def caller(client: int) -> Caller:
        for version, name in zip(count(), cycle(_share(found.movable, 1, client)), strict=False):
            body = _batch(f"{client}.{version}")
            yield Asked(request("POST", f"/api/v1/projects/{name}/observations", headers, body))

    return caller


def _floor_batches(found: Installation) -> Callable[[int], Caller]:
    def caller(client: int) -> Caller:
        for version, name in zip(count(), cycle(_share(found.floor_movable, 1, client)), strict=False):
            headers = {"Content-Type": "application/json"}
            yield Asked(request("POST", f"/observations/{name}", headers, _batch(f"{client}.{version}")))

    return caller


@cache
def _rows_without_version() -> bytes:
    """A week of ten parts of the users, every ten minutes, with intervals: 10,000 rows."""
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    rows = [
        {
            "metric": "recall",
            "environment": "online",
            "segment": f"part_{row % 10}",
            "version": "VERSION",
            "value": 0.8,
            "low": 0.78,
            "high": 0.83,
            "samples": 1200,
            "at": (begin + timedelta(minutes=row // 10 * 10)).isoformat(),
        }
        for row in range(10_000)
    ]
    return json.dumps({"observations": rows}).encode()


def _batch(version: str) -> bytes:
    return _rows_without_version().replace(b"VERSION", version.encode())


def _share(names: list[str], lane: int, client: int) -> list[str]:
    """The projects of one client in one row: nobody else moves them."""
    place = lane * max(CLIENTS) + client
    return names[place :: 2 * max(CLIENTS)]
