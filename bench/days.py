"""What it takes to keep a day of a large portfolio, as a ratio to one INSERT … SELECT of as many rows.

`python -m bench.days --projects 20000` invents an installation (with --sqlite on SQLite), scores it, keeps
a first day, the same day again, and the next day on which nearly every score has grown older.
"""

import argparse
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple


class Took(NamedTuple):
    """One run over every project."""

    name: str
    seconds: float
    busy: float  # seconds that this process itself computed
    projects: int
    written: int


def measured(slug: str) -> tuple[list[Took], float]:
    """Three days, and the floor in seconds."""
    from django.utils import timezone

    from projects.models import Portfolio

    portfolio_id = Portfolio.objects.get(slug=slug).pk
    now = timezone.now()
    _scores(portfolio_id, now)
    first = _take("first day, all written", portfolio_id, now)
    floor = _floor(portfolio_id)
    again = _take("same day again", portfolio_id, now)
    later = now + timedelta(days=1)
    _scores(portfolio_id, later)
    return [first, again, _take("a day later", portfolio_id, later)], floor


def _scores(portfolio_id: int, now: Any) -> None:
    from projects.actions import scores
    from projects.actors import Actor

    after: int | None = 0
    while after is not None:
        after = scores.age(portfolio_id, actor=Actor.system("worker"), now=now, after=after).after


def _take(name: str, portfolio_id: int, now: Any) -> Took:
    from projects.actions import days
    from projects.actors import Actor

    began, busy = time.perf_counter(), time.process_time()
    looked_at = written = 0
    after: int | None = 0
    while after is not None:
        taken = days.take(portfolio_id, actor=Actor.system("worker"), now=now, after=after)
        after, looked_at, written = taken.after, looked_at + taken.projects, written + taken.written
    return Took(name, time.perf_counter() - began, time.process_time() - busy, looked_at, written)


def _floor(portfolio_id: int) -> float:
    """The same rows once more by one bare statement, taken back afterwards; the best of three."""
    return min(_timed(lambda: _insert(portfolio_id)) for _ in range(3))


def _insert(portfolio_id: int) -> None:
    from django.db import connection, transaction

    from projects.models import ProjectDay

    fields = [field.column for field in ProjectDay._meta.concrete_fields if field.name != "id"]
    table = ProjectDay._meta.db_table
    # Another first day and an end, so that both constraints hold.
    other = {"since": "'1990-01-01'", "until": "'1990-01-01'"}
    values = ", ".join(other.get(name, f'"{name}"') for name in fields)
    names = ", ".join(f'"{name}"' for name in fields)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE portfolio_id = %s",
            [portfolio_id],
        )
        transaction.set_rollback(True)


def _timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    """Invent, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slug", default="measured")
    parser.add_argument("--projects", type=int, default=20_000)
    parser.add_argument("--sqlite", action="store_true")
    given = parser.parse_args()
    from bench import environment

    with environment.prepared(sqlite=given.sqlite):
        from bench import data

        data.build(given.projects)
        found, floor = measured(given.slug)
        print(f"Floor: one INSERT ... SELECT of as many rows: {floor:.2f} s")
        for each in found:
            took = f"{each.projects:,} projects in {each.seconds:.2f} s, {each.busy:.2f} of them computing"
            print(
                f"{each.name}: {took}; {each.written:,} written; {each.seconds / floor:.1f} times the floor"
            )


if __name__ == "__main__":
    main()
