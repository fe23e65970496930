"""A portfolio as it is, or as it was on a past day: one query for its projects, one for its settings."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet

from portfolio.insights.models import Snapshot
from portfolio.insights.queries import choices
from portfolio.insights.queries.choices import Choice
from portfolio.insights.rules.entries import Entry, Frame, Picture
from projects.models import Portfolio, Project, ProjectDay
from projects.models.workflows import parsed
from projects.queries import clocks, exchange

# Columns of the same name and meaning on a project and on its days.
COLUMNS = (
    *("name", "unit_id", "owner_id", "workflow_id", "stage", "standard_stage", "stage_since"),
    *(
        "stage_shift",
        "hold_since",
        "status",
        "outcome",
        "health",
        "flag_level",
        "kind",
        "tier",
        "ai_act_class",
    ),
    *(
        "metric_name",
        "committed_on",
        "risk",
        "impact",
        "p_production",
        "confidence",
        "annual_value",
        "quadrant",
    ),
    *("has_critical_gap", "is_borderline", "is_unproven", "capacity_fte", "remaining_cost", "mandatory"),
    *("vendor_name", "data_sources", "p50_on", "p80_on", "p95_on", "p_on_time", "is_generated"),
)
NAMES = ("unit__name", "unit__parent__name", "owner__name")
NOBODY = Choice()
ALL = Q()


def live(portfolio: Portfolio, now: datetime, choice: Choice = NOBODY, only: Q = ALL) -> Picture:
    """The portfolio as it is: running projects, all or only some; three queries at most."""
    zone = ZoneInfo(portfolio.time_zone)
    day = now.astimezone(zone).date()
    rows = choices.apply(Project.objects.running().filter(only, portfolio=portfolio), choice).order_by("pk")
    values = rows.values(
        *COLUMNS, *NAMES, "key", "cost_currency", ref=F("pk"), by_pitfall=F("assessment__result__pitfalls")
    )
    rates = exchange.rates(portfolio, day)
    entries = tuple(
        _entry(row, now, zone, cost=rates.convert(row["remaining_cost"], row["cost_currency"]))
        for row in values.iterator(chunk_size=2_000)
    )
    return Picture(frame(portfolio, day), entries)


def on(portfolio: Portfolio, day: date, choice: Choice = NOBODY, only: Q = ALL) -> Picture | None:
    """The portfolio as it was stored on that day, or on the last day before it; None before the first."""
    kept = kept_on(portfolio, day)
    if kept is None:
        return None
    rows = choices.apply(of_day(portfolio, kept.day).filter(only), choice).order_by("project_id")
    values = rows.values(
        *COLUMNS,
        *NAMES,
        "unknown_points",
        "open_blockers",
        key=F("project__key"),
        ref=F("project_id"),
        by_pitfall=F("pitfalls"),
    )
    zone = ZoneInfo(portfolio.time_zone)
    entries = tuple(
        _entry(row, kept.taken_at, zone, cost=row["remaining_cost"])
        for row in values.iterator(chunk_size=2_000)
    )
    return Picture(past_frame(portfolio, kept, entries), entries)


def at(
    portfolio: Portfolio, day: date | None, now: datetime, choice: Choice = NOBODY, only: Q = ALL
) -> Picture | None:
    """The portfolio on the day asked for; today's is the live one."""
    if day is None or day >= now.astimezone(ZoneInfo(portfolio.time_zone)).date():
        return live(portfolio, now, choice, only)
    return on(portfolio, day, choice, only)


def kept_on(portfolio: Portfolio, day: date) -> Snapshot | None:
    """The newest snapshot that was taken until the end of that day."""
    return Snapshot.objects.filter(portfolio=portfolio, day__lte=day).order_by("-day").first()


def first_day(portfolio: Portfolio) -> date | None:
    """The first day of which there is a picture; None before the first night."""
    return Snapshot.objects.filter(portfolio=portfolio).order_by("day").values_list("day", flat=True).first()


def of_day(portfolio: Portfolio, day: date) -> QuerySet[ProjectDay, Any]:
    """The rows that held on a day; a project that was deleted since was there all the same."""
    held = Q(since__lte=day) & (Q(until=None) | Q(until__gte=day))
    return ProjectDay.objects.filter(held, portfolio=portfolio)


def frame(portfolio: Portfolio, day: date) -> Frame:
    """The settings in force."""
    return Frame(
        slug=portfolio.slug,
        name=portfolio.name,
        day=day,
        risk_line=portfolio.risk_line,
        impact_line=portfolio.impact_line,
        limit=portfolio.risk_load_limit,
        target=portfolio.target_mix,
        currency=portfolio.currency,
    )


def kept_frame(portfolio: Portfolio) -> dict[str, Any]:
    """The settings as a snapshot keeps them; `past_frame` reads them again."""
    return {
        "risk_line": portfolio.risk_line,
        "impact_line": portfolio.impact_line,
        "limit": portfolio.risk_load_limit,
        "target": portfolio.target_mix,
        "currency": portfolio.currency,
    }


def past_frame(portfolio: Portfolio, kept: Snapshot, entries: Sequence[Entry]) -> Frame:
    # A snapshot from before there were frames knows no settings of its own: today's are the best guess.
    settings = kept.frame or kept_frame(portfolio)
    invented = kept.is_generated or any(entry.is_generated for entry in entries)
    return Frame(portfolio.slug, portfolio.name, kept.day, is_past=True, has_generated=invented, **settings)


def _entry(row: Mapping[str, Any], now: datetime, zone: ZoneInfo, *, cost: Decimal | None) -> Entry:
    stage = parsed(row["workflow_id"]).stage(row["stage"])
    typical = stage.typical_days
    return Entry(
        id=row["ref"],
        key=row["key"],
        name=row["name"],
        unit=row["unit__name"] or "",
        unit_id=row["unit_id"],
        top_unit=row["unit__parent__name"] or row["unit__name"] or "",
        owner=row["owner__name"] or "",
        owner_id=row["owner_id"],
        stage=row["stage"],
        stage_label=stage.label,
        standard=row["standard_stage"],
        days_in_stage=clocks.active_days(
            row["stage_since"], row["stage_shift"], row["hold_since"], now, zone
        ),
        typical_days=(typical.p50, typical.p85, typical.p95) if typical else None,
        has_gap=row["has_critical_gap"],
        p=row["p_production"],
        pitfalls=cast("dict[str, float | None]", row["by_pitfall"] or {}),
        unknown_points=row.get("unknown_points"),
        open_blockers=row.get("open_blockers", 0),
        value=row["annual_value"],
        effort=_number(row["capacity_fte"]),
        cost=_number(cost),
        vendor=row["vendor_name"],
        sources=tuple(_lines(row["data_sources"])),
        metric=row["metric_name"],
        **{name: row[name] for name in SAME},
    )


SAME = (
    *("status", "outcome", "health", "flag_level", "kind", "tier", "ai_act_class", "risk", "impact"),
    *("confidence", "quadrant", "is_borderline", "is_unproven", "mandatory", "committed_on"),
    *("p50_on", "p80_on", "p95_on", "p_on_time", "is_generated"),
)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if line.strip())
