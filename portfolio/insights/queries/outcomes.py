"""What became of forecasts: the first launch or stop after each of them, read from the stays of projects."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Q, Subquery

from projects.models import Forecast, Outcome, Portfolio, Project, ProjectDay, Spell

PRODUCTION = "production"
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Known:
    """A stored forecast, with what came of it; None: not known yet."""

    project_id: int
    unit: str
    on: date
    occasion: str
    stage: str
    p: float
    p_within_year: float
    days: tuple[date, date, date] | None  # P50, P80, P95
    launched: bool | None
    launched_on: date | None  # where the day itself is known
    launched_within_year: bool | None
    risk: float | None
    kind: str
    is_on_hold: bool
    is_generated: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """A launch, or the stop of an attempt that was never launched."""

    on: date
    launched: bool
    is_exact: bool  # the day is known, not only its month or year


def known(portfolio: Portfolio, today: date, *, with_generated: bool = True) -> list[Known]:
    """Every forecast of a project before production, with what came of it until today; two queries."""
    endings = _endings(portfolio)
    rows = _forecasts(portfolio, today, with_generated=with_generated)
    return [_known(row, endings.get(row["project_id"], []), today) for row in rows]


def ended(portfolio: Portfolio, *, with_generated: bool = True) -> list[tuple[str, bool]]:
    """Of every project that was launched or stopped: its unit of the first level, and whether launched."""
    over = Q(ever_in_production=True) | Q(outcome=Outcome.STOPPED)
    rows = Project.objects.filter(over, portfolio=portfolio, deleted_at=None)
    if not with_generated:
        rows = rows.filter(is_generated=False)
    values = rows.order_by("pk").values_list("unit__parent__name", "unit__name", "ever_in_production")
    return [(parent or unit or "", launched) for parent, unit, launched in values]


def _forecasts(portfolio: Portfolio, until: date, *, with_generated: bool) -> Iterator[Mapping[str, Any]]:
    """Forecasts, each with what was stored of its project on that day."""
    rows = Forecast.objects.filter(project__portfolio=portfolio, project__deleted_at=None, on__lte=until)
    if not with_generated:
        rows = rows.filter(is_generated=False, project__is_generated=False)
    days = ProjectDay.objects.filter(project=OuterRef("project"), since__lte=OuterRef("on"))
    that_day = days.order_by("-since")
    values = rows.exclude(stage=PRODUCTION).order_by("project_id", "on", "pk")
    return values.values(
        *("project_id", "on", "occasion", "stage", "p_production", "p_within_year", "is_generated"),
        *("p50_on", "p80_on", "p95_on", "project__unit__name", "project__unit__parent__name"),
        *("project__is_generated", "project__risk", "project__kind"),
        risk=Subquery(that_day.values("risk")[:1]),
        kind=Subquery(that_day.values("kind")[:1]),
        status=Subquery(that_day.values("status")[:1]),
    ).iterator(chunk_size=2_000)


def _known(row: Mapping[str, Any], endings: Sequence[Ending], today: date) -> Known:
    ending = next((one for one in endings if one.on >= row["on"]), None)
    days = (row["p50_on"], row["p80_on"], row["p95_on"])
    within = None
    if row["on"] + YEAR <= today:
        within = ending is not None and ending.launched and ending.on <= row["on"] + YEAR
    # An invented project keeps risk and kind all its life, and no days of it are stored.
    kept = row["project__is_generated"] and row["risk"] is None
    return Known(
        project_id=row["project_id"],
        unit=row["project__unit__parent__name"] or row["project__unit__name"] or "",
        on=row["on"],
        occasion=row["occasion"],
        stage=row["stage"],
        p=row["p_production"],
        p_within_year=row["p_within_year"],
        days=days if all(days) else None,
        launched=ending.launched if ending else None,
        launched_on=ending.on if ending and ending.launched and ending.is_exact else None,
        launched_within_year=within,
        risk=row["project__risk"] if kept else row["risk"],
        kind=(row["project__kind"] if kept else row["kind"]) or "",
        is_on_hold=row["status"] == "on_hold",
        is_generated=row["is_generated"],
    )


def _endings(portfolio: Portfolio) -> dict[int, list[Ending]]:
    """Project -> its launches and stops, in their order."""
    zone = ZoneInfo(portfolio.time_zone)
    foretold = Forecast.objects.filter(project__portfolio=portfolio).values("project_id")
    spells = Spell.objects.filter(project_id__in=foretold, project__deleted_at=None)
    values = spells.order_by("project_id", "attempt", "entered_at", "pk").values_list(
        *("project_id", "attempt", "standard_stage", "entered_at", "precision", "left_at", "project__outcome")
    )
    found: dict[int, list[Ending]] = defaultdict(list)
    for (project_id, _), stays in groupby(values.iterator(chunk_size=5_000), key=lambda stay: stay[:2]):
        *_, last = attempt = list(stays)
        for _, _, stage, entered, precision, _, _ in attempt:
            if stage == PRODUCTION:
                day = entered.astimezone(zone).date()
                found[project_id].append(Ending(day, launched=True, is_exact=precision == "day"))
        if last[5] is not None and not any(stay[2] == PRODUCTION for stay in attempt):
            # A file may call a project retired that it never showed in production.
            was_live = last[6] == Outcome.RETIRED
            found[project_id].append(Ending(last[5].astimezone(zone).date(), was_live, is_exact=not was_live))
    return found
