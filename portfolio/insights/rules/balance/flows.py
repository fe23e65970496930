"""Work in progress, what comes out of it in a month, and how long that takes (Little 1961)."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil
from typing import Any

from portfolio.insights.rules.balance import courses as course_rules
from portfolio.insights.rules.balance.courses import Course
from portfolio.insights.rules.entries import Entry
from projects.rules.stages import Stage

# A year smooths the seasons; with less than a quarter of history nothing is said.
WINDOW, LEAST_DAYS = 365, 90
DAYS_A_MONTH = 365.25 / 12
MONTHS_TOLD = 7


def lead_months(wip: float, throughput: float | None) -> float | None:
    """How long a project takes on average: L = lambda W, so W = L / lambda."""
    return wip / throughput if throughput else None


def of(
    courses: Sequence[Course],
    flight: Sequence[Entry],
    scope_n: int,
    stages: Sequence[Stage],
    day: date,
) -> dict[str, Any]:
    """The flow of a portfolio on a day; `flight`: all open projects that are not live."""
    days = observed_days(courses, day)
    since = day - timedelta(days=days or 0)
    out = sum(since < launched <= day for launched in course_rules.launches(courses))
    moved = _advances(courses, since, day)
    throughput = out / (days / DAYS_A_MONTH) if days else None
    return {
        "wip": scope_n,
        "throughput": throughput,
        "launched": out if days else None,
        "observed_days": days,
        "lead_months": lead_months(scope_n, throughput),
        "by_stage": [
            _stage(stage, flight, moved[stage.standard], days)
            for stage in stages
            if stage.standard != course_rules.PRODUCTION
        ],
        "months": months(courses, day),
    }


def observed_days(courses: Sequence[Course], day: date) -> int | None:
    """How many days of history the rates are made of; None where there are too few."""
    begun = course_rules.begun_on(courses)
    days = min(WINDOW, (day - begun).days) if begun else 0
    return days if days >= LEAST_DAYS else None


def months(courses: Sequence[Course], day: date) -> list[dict[str, Any]]:
    """Work in progress at the end of the last whole months, and what was launched in each of them."""
    launches, ends = course_rules.launches(courses), []
    first = day.replace(day=1)
    for _ in range(MONTHS_TOLD):
        ends.append(first - timedelta(days=1))
        first = ends[-1].replace(day=1)
    return [
        {
            "month": f"{end:%Y-%m}",
            "wip": course_rules.in_flight(courses, end),
            "launched": sum((each.year, each.month) == (end.year, end.month) for each in launches),
        }
        for end in reversed(ends)
    ]


def hint(advances: int, days: int, typical: int) -> int:
    """How many projects a stage can hold if each is to leave it in its typical time: throughput x P50."""
    return max(1, ceil(round(advances / days * typical, 9)))


def _advances(courses: Sequence[Course], since: date, day: date) -> Counter[str]:
    """How many moved on from each standard stage."""
    visits = (visit for course in courses for visit in course.visits)
    return Counter(
        visit.standard
        for visit in visits
        if visit.cause == "advance" and visit.left is not None and since < visit.left <= day
    )


def _stage(stage: Stage, flight: Sequence[Entry], advances: int, days: int | None) -> dict[str, Any]:
    typical = stage.typical_days.p50 if stage.typical_days else None
    wip = sum(entry.stage == stage.code for entry in flight)
    return {
        "stage": stage.code,
        "label": stage.label,
        "wip": wip,
        "limit": stage.wip_limit,
        "is_over": stage.wip_limit is not None and wip > stage.wip_limit,
        "hint": hint(advances, days, typical) if days and typical and advances else None,
        "p50": typical,
    }
