"""A stricter workflow tried on many projects, beside the bare reading of the same rows.

`python -m bench.simulations` invents 2,000 running projects with what gates look at, on PostgreSQL or with
--sqlite on SQLite, and prints the median of some rounds with its floor.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

ROUNDS = 3


class Took(NamedTuple):
    """Seconds by the clock, and those that this process itself computed: other programs share the machine."""

    clock: float
    busy: float


def measure(slug: str, rounds: int = ROUNDS) -> tuple[list[Took], list[Took], Any, int]:
    """Seconds of the product and of the floor, in turns; the last simulation, and its statements."""
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from bench import gate_inputs
    from projects.actors import Actor
    from projects.models import Portfolio
    from projects.queries import simulations
    from projects.rules import workflow as workflows

    portfolio = Portfolio.objects.select_related("workflow", "scorecard").get(slug=slug)
    draft = workflows.parse(gate_inputs.demanding(stricter=True))
    person = get_user_model().objects.order_by("pk")[0]
    product, floor, found = [], [], None
    for _ in range(rounds):
        product.append(_timed(lambda: simulations.simulate(portfolio, draft, Actor(person, "page"))))
        floor.append(_timed(lambda: _floor(portfolio.pk)))
    with CaptureQueriesContext(connection) as captured:
        found = simulations.simulate(portfolio, draft, Actor(person, "page"))
    return product, floor, found, len(captured)


def _timed(work: Callable[[], Any]) -> Took:
    began, busy = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - began, time.process_time() - busy)


def _floor(portfolio_id: int) -> int:
    """The same rows in bare tuples: no rule, no fact, no packet."""
    from django.db.models import F

    from projects.models import Assessment, Blocker, EvidenceVersion, Project, SignOff, TeamRole, Todo

    ids = list(Project.objects.running().filter(portfolio=portfolio_id).values_list("pk", flat=True))
    of = {"project__in": ids}
    rows: list[Any] = [
        Project.objects.filter(pk__in=ids).values_list(),
        Assessment.objects.filter(**of).values_list("project_id", "answers"),
        TeamRole.objects.filter(**of, user__is_active=True).values_list("project_id", "role", "user_id"),
        Blocker.objects.open().filter(**of).values_list("project_id", "title", "severity", "category"),
        Todo.objects.filter(**of, source="gate").values_list("project_id", "ref", "done_at"),
        EvidenceVersion.objects.filter(evidence__project__in=ids, replaced_at=None).values_list(
            "evidence__project_id", "evidence__kind", "sha256", "dated_on", "added_by_id"
        ),
        SignOff.objects.filter(**of, attempt=F("project__attempt")).values_list(
            "project_id",
            "gate",
            "role",
            "decision",
            "packet__sha256",
            "signer__is_active",
            "conditions__kind",
        ),
    ]
    return sum(len(list(each)) for each in rows)


def main() -> None:
    """Invent the projects and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--projects", type=int, default=2_000, help="running ones (default: 2,000)")
    parser.add_argument("--sqlite", action="store_true")
    parser.add_argument("--profile", action="store_true", help="where the time goes instead")
    given = parser.parse_args()
    from bench import environment

    with environment.prepared(sqlite=given.sqlite):
        from bench import data, gate_inputs
        from projects.models import Portfolio, Project

        # Some of the invented projects have ended: enough are invented, the rest is put away.
        made = data.build(given.projects + given.projects // 4)
        portfolio = Portfolio.objects.get(pk=made.portfolio.pk)
        running = Project.objects.running().filter(portfolio=portfolio)
        beyond = list(running.order_by("pk").values_list("pk", flat=True)[given.projects :])
        Project.objects.filter(pk__in=beyond).update(archived_at=datetime.now(UTC))
        gate_inputs.follow(portfolio, gate_inputs.demanding(stricter=False))
        portfolio.refresh_from_db()
        gate_inputs.write(portfolio, random.Random(data.SEED), datetime.now(UTC))
        if given.profile:
            _profile(portfolio.slug)
            return
        print(_said(*measure(portfolio.slug)))


def _said(product: list[Took], floor: list[Took], found: Any, statements: int) -> str:
    clock, busy = (statistics.median(values) for values in zip(*product, strict=True))
    bare_clock, bare_busy = (statistics.median(values) for values in zip(*floor, strict=True))
    return (
        f"{found.tried:,} projects: {clock:.2f} s (best {min(product).clock:.2f} s), {busy:.2f} s of them "
        f"computing, {statements} statements; floor {bare_clock:.2f} s, {bare_busy:.2f} s computing; ratio "
        f"{clock / bare_clock:.1f}, computing {busy / bare_busy:.1f}; {dict(found.counts)}, "
        f"{found.fallen:,} signatures would fall away"
    )


def _profile(slug: str) -> None:
    import cProfile
    import pstats

    # By the clock of the process: other programs of the machine are not what is looked for.
    with cProfile.Profile(time.process_time) as watched:
        measure(slug, 1)
    pstats.Stats(watched).sort_stats("tottime").print_stats(45)


if __name__ == "__main__":
    main()
