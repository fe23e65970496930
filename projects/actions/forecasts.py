"""Forecasts: on the project, where flags, headers and lists read them, and as rows to be judged later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from projects import permissions
from projects.actions import _bulk
from projects.actors import Actor
from projects.models import Forecast, ForecastOccasion, Move, MoveKind, Outcome, Portfolio, Project

DAYS = ("p05_on", "p50_on", "p80_on", "p95_on")
COLUMNS = [*DAYS, "p_on_time", "forecast_at"]
KEPT = (
    *("made_at", "stage", "p_production", "p_within_year", "committed_on", "p_on_time"),
    *("p50_on", "p80_on", "p95_on", "seed", "runs", "model_version", "is_generated"),
)
# Small enough that its locks are held for a moment only.
CHUNK = 500
# A worker that was away on the last day of a month writes its forecasts in the first days of the next.
LATE_DAYS = 5


@dataclass(frozen=True, slots=True)
class Expected:
    """What is to be expected of a project; days are given that it launches, None: nobody can say."""

    project_id: int
    p_production: float
    p_within_year: float
    committed_on: date | None
    p_on_time: float | None  # that it is live by then
    p05_on: date | None
    p50_on: date | None
    p80_on: date | None
    p95_on: date | None


@dataclass(frozen=True, slots=True)
class Made:
    """How forecasts were made, so that they can be made again."""

    at: datetime
    seed: int
    runs: int
    model_version: str


def store(portfolio_id: int, *, expected: Sequence[Expected], made: Made, actor: Actor) -> int:
    """Keep forecasts of a portfolio's projects; how many. Safe to repeat, or to be killed midway.

    On a day that counts a forecast stays as a row: at a gate passed since the one before, and at the end of
    a month. Running projects without a forecast lose the one that they had: they are live by now.
    """
    portfolio = Portfolio.objects.get(pk=portfolio_id)
    permissions.require(actor, "summary.take", portfolio)
    day = made.at.astimezone(ZoneInfo(portfolio.time_zone)).date()
    ordered = sorted(expected, key=lambda each: each.project_id)
    for start in range(0, len(ordered), CHUNK):
        _store(ordered[start : start + CHUNK], made, day)
    running = Project.objects.running().filter(portfolio=portfolio, forecast_at__isnull=False)
    stale = running.exclude(forecast_at=made.at)
    stale.update(**dict.fromkeys(COLUMNS), flags_due_at=made.at)
    return len(ordered)


@transaction.atomic
def _store(expected: Sequence[Expected], made: Made, day: date) -> None:
    """The rows first: whether a gate was passed since the last forecast is told by the project's own."""
    by_id = {each.project_id: each for each in expected}
    # Whoever has been launched or stopped meanwhile is past forecasting.
    open_ones = Project.objects.running().filter(pk__in=by_id, outcome=Outcome.OPEN).order_by("pk")
    locked = open_ones.select_for_update(of=("self",))
    projects = list(locked.only("pk", "standard_stage", "created_at", "flags_due_at", *COLUMNS))
    rows = []
    for occasion, due in _due(projects, day).items():
        rows += [_row(each, by_id[each.pk], made, day, occasion) for each in projects if each.pk in due]
    _bulk.put(rows, ("project", "on", "occasion", *KEPT), unique=["project", "on", "occasion"], changed=KEPT)
    for project in projects:
        found = by_id[project.pk]
        if any(getattr(project, name) != getattr(found, name) for name in DAYS):
            project.flags_due_at = made.at
        for name in DAYS:
            setattr(project, name, getattr(found, name))
        project.p_on_time, project.forecast_at = found.p_on_time, made.at
    _bulk.update(projects, [*COLUMNS, "flags_due_at"])


def _due(projects: Sequence[Project], day: date) -> dict[ForecastOccasion, set[int]]:
    """Which projects keep this day's forecast, and for which occasion."""
    last = {each.pk: each.forecast_at for each in projects if each.forecast_at is not None}
    since = min(last.values(), default=None)
    moves = Move.objects.filter(project__in=last, kind=MoveKind.ADVANCE, at__gt=since) if since else []
    gates = {move.project_id for move in moves if move.at > last[move.project_id]}
    return {ForecastOccasion.GATE: gates, ForecastOccasion.MONTH_END: _of_the_month(projects, day)}


def _of_the_month(projects: Sequence[Project], day: date) -> set[int]:
    """Those without a forecast of the month that ends today, or ended a few days ago."""
    tomorrow = day + timedelta(days=1)
    if tomorrow.day != 1 and day.day > LATE_DAYS:
        return set()
    end = day if tomorrow.day == 1 else day.replace(day=1) - timedelta(days=1)
    there = {each.pk for each in projects if each.created_at.date() <= end}
    kept = Forecast.objects.filter(
        project__in=there, occasion=ForecastOccasion.MONTH_END, on__gte=end, on__lt=day
    )
    return there - set(kept.values_list("project_id", flat=True))


def _row(project: Project, found: Expected, made: Made, day: date, occasion: ForecastOccasion) -> Forecast:
    return Forecast(
        project=project,
        on=day,
        occasion=occasion,
        made_at=made.at,
        stage=project.standard_stage,
        committed_on=found.committed_on,
        seed=made.seed,
        runs=made.runs,
        model_version=made.model_version,
        p_production=found.p_production,
        p_within_year=found.p_within_year,
        p_on_time=found.p_on_time,
        p50_on=found.p50_on,
        p80_on=found.p80_on,
        p95_on=found.p95_on,
    )
