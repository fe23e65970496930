"""What the worker does: sweep, scores and summary, each beside a statement or two that do the same barely."""

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, connections
from django.db.models import F
from django.utils import timezone

from bench import scoring
from bench.data import SYSTEM, workflow_of
from portfolio.insights.actions import summaries
from projects.actions import flags
from projects.models import Assessment, Flag, Portfolio, Project
from projects.rules.flag_facts import limits as limits_of

# Times that the second run and the summary are repeated, in turns with the floor; the quickest counts,
# because everything that disturbs only makes a run longer.
TURNS = 3
# What the rules find, as one statement, for a table that holds nothing else; holds shortened, earlier stays
# of the same stage left out.
FOUND = """
    WITH looked_at AS (
        SELECT p.id, p.portfolio_id, p.stage, p.hold_since, p.resume_on, p.gate_planned_on,
               CURRENT_DATE - COALESCE(p.last_update_at, p.created_at)::date AS silent,
               COALESCE(p.hold_since, now())::date - p.stage_since::date AS days, l.*
        FROM projects_project p JOIN floor_limits l ON l.code = p.stage
        WHERE p.deleted_at IS NULL AND p.archived_at IS NULL AND p.outcome NOT IN ('retired', 'stopped')
    )
    SELECT id, portfolio_id, 'NO_UPDATE' AS rule FROM looked_at
     WHERE silent > CASE WHEN hold_since IS NULL THEN update_days ELSE held_days END
    UNION ALL SELECT id, portfolio_id, 'STAGE_OVERRUN' FROM looked_at WHERE days > stay_days
    UNION ALL SELECT id, portfolio_id, 'HOLD_EXPIRED' FROM looked_at
     WHERE hold_since IS NOT NULL AND resume_on < CURRENT_DATE
    UNION ALL SELECT id, portfolio_id, 'GATE_UNPLANNED' FROM looked_at
     WHERE hold_since IS NULL AND gate_planned_on IS NULL AND needs_date
    UNION ALL SELECT id, portfolio_id, 'GATE_OVERDUE' FROM looked_at
     WHERE hold_since IS NULL AND gate_planned_on < CURRENT_DATE AND has_gate
"""
RAISE = f"""
    INSERT INTO floor_flags
        (portfolio_id, project_id, rule, subject, severity, rule_version, facts, opened_at,
         severity_since, flaps, snooze_reason, snoozes)
    SELECT portfolio_id, id, rule, '', 'warn', 1, '{{}}', now(), now(), 0, '', 0 FROM ({FOUND}) AS found
"""
COMPARE = f"""
    SELECT COUNT(*) FROM ({FOUND}) AS found
    FULL JOIN floor_flags f ON f.project_id = found.id AND f.rule = found.rule
    WHERE f.id IS NULL OR found.id IS NULL
"""
COMPARE_SOME = COMPARE.replace("WHERE p.deleted_at", "WHERE mod(p.id, 100) = 0 AND p.deleted_at").replace(
    "floor_flags f ON", "(SELECT * FROM floor_flags WHERE mod(project_id, 100) = 0) AS f ON"
)
# Scores without rules: answers, aged and averaged, in the columns and documents that the product writes.
SCORED = """
    SELECT p.id, COALESCE(found.risk, 50) AS risk, p.strategic * 25.0 AS impact
    FROM projects_project p
    LEFT JOIN projects_assessment a ON a.project_id = p.id
    LEFT JOIN LATERAL (
        SELECT round((100 * AVG(
            CASE given.value->>0 WHEN 'Y' THEN 0 WHEN 'C' THEN 0.25 WHEN 'P' THEN 0.5 ELSE 1 END
            + 1 - power(2, -GREATEST(0, (%s::date - (given.value->>1)::date) - 30) / 180.0)
        ))::numeric, 6)::float8 AS risk
        FROM jsonb_each(a.answers) AS given
    ) AS found ON true
    WHERE p.portfolio_id = %s AND p.deleted_at IS NULL AND p.archived_at IS NULL
      AND p.outcome NOT IN ('retired', 'stopped')
"""
SCORE = f"""
    WITH found AS ({SCORED})
    UPDATE floor_projects p SET risk = found.risk, impact = found.impact, p_production = found.risk / 100,
           confidence = 0.5, quadrant = 'big_bet', scored_at = now()
    FROM found WHERE p.id = found.id AND p.risk IS DISTINCT FROM found.risk
"""
KEEP = """
    INSERT INTO floor_assessments (project_id, answers, model_version, record, result, scored_at)
    SELECT project_id, '{}', 'floor-1', answers, answers, now() FROM projects_assessment
    ON CONFLICT (project_id) DO UPDATE SET record = EXCLUDED.record, result = EXCLUDED.result
"""
SUM_UP = """
    SELECT stage, status, health, unit_id, outcome, COUNT(*),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY EXTRACT(EPOCH FROM stage_since))
    FROM projects_project p WHERE portfolio_id = %s AND deleted_at IS NULL AND archived_at IS NULL
    GROUP BY GROUPING SETS ((stage), (status), (health), (unit_id), (outcome))
"""


@dataclass(frozen=True)
class Work:
    """Milliseconds of one piece of the worker's work."""

    name: str
    product: float
    floor: float
    # In milliseconds, for the number of projects for which one was set.
    bar: float | None
    bar_projects: int = 100_000
    # The most that the process held, in MiB, where it was measured; the smaller one is what it began with.
    memory: tuple[float, float] | None = None

    @property
    def ratio(self) -> float:
        return self.product / self.floor


def measure(portfolio: Portfolio) -> list[Work]:
    """The sweep over all projects, first and again; the scores and the summary of the largest portfolio."""
    _prepare(portfolio)
    floor_first, first = _took(lambda: _run(RAISE)), _took(sweep_by_two)
    next_day = _took(partial(sweep, timezone.now() + timedelta(days=1))), _took(lambda: _run(COMPARE))
    again = [(_took(look_at_all), _took(lambda: _run(COMPARE))) for _ in range(TURNS)]
    some = [(_took_of_changed(), _took(lambda: _run(COMPARE_SOME))) for _ in range(TURNS)]
    summed = [
        (_took(lambda: _sum_up(portfolio)), _took(lambda: _run(SUM_UP, portfolio.pk))) for _ in range(TURNS)
    ]
    return [
        Work("Sweep of all projects by two workers, every flag new", first, floor_first, bar=30_000),
        Work("Sweep on the day after", *next_day, bar=30_000),
        Work("Nightly look at all projects, nothing new", *_quickest(again), None),
        Work("Sweep of the one project in a hundred that changed", *_quickest(some), bar=1000),
        *_nights(portfolio),
        Work("Summary of the portfolio", *_quickest(summed), bar=60),
    ]


def _nights(portfolio: Portfolio) -> list[Work]:
    """Scores of three nights, each beside the floor's for the same day."""
    found = []
    for place, night in enumerate(scoring.nights(portfolio.slug)):
        day = (timezone.now() + timedelta(days=place // 2)).date()
        floor = _took(partial(_floor_night, portfolio, day, writes=place != 1))
        memory = (night.before, night.peak)
        name = f"Scores of all projects, {night.name} ({night.written:,} written)"
        found.append(Work(name, 1000 * night.seconds, floor, bar=60_000, memory=memory))
    return found


def _floor_night(portfolio: Portfolio, day: date, *, writes: bool) -> None:
    _run(SCORE, day, portfolio.pk)
    if writes:
        _run(KEEP)


def sweep(now: datetime | None = None, *, full: bool = False) -> None:
    """What is due, or all projects, chunk after chunk, as the worker's tasks do it."""
    after: int | None = 0
    while after is not None:
        after = flags.sweep(None, actor=SYSTEM, now=now or timezone.now(), after=after, full=full).after


def sweep_by_two() -> None:
    """What is due, by two processes at once, as two workers share it."""
    connections.close_all()
    connections["default"].close_pool()  # type: ignore[attr-defined]
    workers = [multiprocessing.get_context("fork").Process(target=sweep) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("A sweep has failed.")


def look_at_all() -> None:
    """As before a portfolio's summary."""
    sweep(full=True)


def _took_of_changed() -> float:
    """Only the sweep is timed: what people do is not its work."""
    Project.objects.annotate(place=F("pk") % 100).filter(place=0).update(flags_due_at=timezone.now())
    return _took(sweep)


def _prepare(portfolio: Portfolio) -> None:
    """A table for the floor's flags, and the limits of each stage."""
    stages = limits_of(workflow_of(portfolio)).items()
    limits = [
        (code, each.update_days, each.held_update_days, each.stay_days, each.needs_gate_date, each.has_gate)
        for code, each in stages
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE floor_flags (LIKE {Flag._meta.db_table} INCLUDING ALL)")
        cursor.execute(
            "CREATE TABLE floor_limits (code text, update_days int, held_days int, stay_days int,"
            " needs_date boolean, has_gate boolean)"
        )
        cursor.execute(f"CREATE TABLE floor_projects (LIKE {Project._meta.db_table} INCLUDING ALL)")
        cursor.execute(f"INSERT INTO floor_projects SELECT * FROM {Project._meta.db_table}")
        cursor.execute(f"CREATE TABLE floor_assessments (LIKE {Assessment._meta.db_table} INCLUDING ALL)")
        cursor.executemany("INSERT INTO floor_limits VALUES (%s, %s, %s, %s, %s, %s)", limits)


def _sum_up(portfolio: Portfolio) -> None:
    summaries.take(portfolio.pk, actor=SYSTEM, now=timezone.now() + timedelta(seconds=1))


def _run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        if cursor.description:
            cursor.fetchall()


def _took(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def _quickest(turns: list[tuple[float, float]]) -> tuple[float, float]:
    product, floor = zip(*turns, strict=True)
    return min(product), min(floor)
