"""The run itself: product and floor side by side on the same data, asked in turns."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.test import Client

from bench import client, data, figures, inprocess, statements, visits
from bench.rows import CLIENTS, Row, rows
from bench.servers import WebServer

# Short turns, so that whatever disturbs the machine disturbs both sides.
ROUNDS = 3
WARM_UP_SECONDS = 0.4


@dataclass(frozen=True)
class Result:
    """Everything that was measured."""

    projects: int
    seed: int
    load: float
    compared: list[figures.Compared]
    work: list[inprocess.Work]
    visit: visits.Visit
    memory: float
    floor_memory: float


def measure(projects: int, seconds: float, say: Callable[[str], object], only: str = "") -> Result:
    """Fill the database, measure the worker's work, then every row over HTTP for `seconds` in all."""
    load = os.getloadavg()[0]
    say(f"Inventing {projects:,} projects ...")
    found = data.build(projects)
    say("Measuring sweep, scores and summary ...")
    work = inprocess.measure(found.portfolio)
    session = _sign_in(found)
    asked = [row for row in rows(found, session) if only.lower() in row.name.lower()]
    with WebServer() as product, WebServer("bench.floor:application") as floor:
        turn = seconds / max(1, len(asked) * len(CLIENTS) * 2 * ROUNDS)
        sides = {"product": product.port, "floor": floor.port}
        compared = []
        for row in asked:
            number = _statements(row)
            for clients in CLIENTS:
                compared.append(_compare(row, clients, sides, turn, number))
                say(f"{row.name}, {clients}: {compared[-1].ratio:.1f} times the floor")
        visit = visits.first(product.port, "/projects/", session)
        return Result(projects, data.SEED, load, compared, work, visit, product.memory(), floor.memory())


def _sign_in(found: data.Installation) -> str:
    browser = Client()
    browser.force_login(found.person)
    return browser.cookies["sessionid"].value


def _statements(row: Row) -> int:
    """Of the second request: the first one of a process reads the workflow."""
    (caller,) = row.callers("product", 1)
    statements.count(next(caller))
    return statements.count(next(caller))


def _compare(row: Row, clients: int, sides: Mapping[str, int], turn: float, number: int) -> figures.Compared:
    callers = {side: row.callers(side, clients) for side in sides}
    for side, at in sides.items():
        client.run(at, callers[side], WARM_UP_SECONDS)
    samples: dict[str, list[client.Sample]] = {side: [] for side in sides}
    for _ in range(ROUNDS):
        for side, at in sides.items():
            samples[side].append(client.run(at, callers[side], turn))
    product, floor = (figures.timing(samples[side]) for side in sides)
    return figures.Compared(row.name, clients, product, floor, number, row.bar)
