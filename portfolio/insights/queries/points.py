"""Every project that a look at the matrix shows, one by one, however many: for files and for REST."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F

from portfolio.insights.queries import crowds, pictures, sources
from portfolio.insights.queries.crowds import Counted, Totals
from portfolio.insights.queries.matrices import WHOLE, Found
from portfolio.insights.queries.sights import Sight
from portfolio.insights.queries.sources import Source
from portfolio.insights.rules.entries import Frame
from portfolio.insights.rules.matrix import stops
from portfolio.insights.rules.matrix.readings import VALUE
from projects.models import Portfolio

# What is known of a point by REST; `x`, `y` and `amount` are what was asked for.
PLAIN = ("name", "stage", "health", "quadrant", "risk", "impact", "is_borderline", "is_unproven", "status")
COLUMNS = ("key", *PLAIN, "has_critical_gap", "x", "y", "amount")


@dataclass(frozen=True, slots=True)
class Points:
    """The projects as columns, or the cells that count them."""

    frame: Frame
    totals: Totals
    size: str
    columns: Mapping[str, list[Any]]
    cells: list[Counted]  # by their middles, in the units of the axes


def entries(portfolio: Portfolio, sight: Sight, now: datetime) -> Found | None:
    """Every project that a look shows, one by one, however many; for files."""
    today = now.astimezone(ZoneInfo(portfolio.time_zone)).date()
    source = sources.of(portfolio, sight, today)
    if source is None:
        return None
    totals = crowds.totals(source.rows, source.frame.risk_line, source.rates)
    picture = pictures.at(portfolio, source.day, now, sight.choice, sources.only(source, sight))
    found = picture.entries if picture else ()
    stored = {entry.id: entry.unknown_points for entry in found if entry.unknown_points is not None}
    frame, size = picture.frame if picture else source.frame, totals.size(sight.size)
    return Found(sight, frame, today, totals, size, len(found), found, unknown=stored)


def plain(portfolio: Portfolio, sight: Sight, now: datetime, *, as_cells: bool = False) -> Points | None:
    """The same as columns, or counted in cells; three queries, whatever their number."""
    today = now.astimezone(ZoneInfo(portfolio.time_zone)).date()
    source = sources.of(portfolio, sight, today)
    if source is None:
        return None
    totals = crowds.totals(source.rows, source.frame.risk_line, source.rates)
    size = totals.size(sight.size)
    columns = {} if as_cells else _columns(source, sight, size)
    cells = _cells(source, sight, totals, size) if as_cells else []
    return Points(source.frame, totals, size, columns, cells)


def _columns(source: Source, sight: Sight, size: str) -> dict[str, list[Any]]:
    rows = sources.narrowed(source, sight).annotate(
        x=_reading(source, sight.across),
        y=_reading(source, sight.up),
        amount=crowds.amounts(source.rates)[size],
    )
    names = ["project__key" if source.is_past else "key", *COLUMNS[1:]]
    found = list(rows.order_by("pk").values_list(*names))
    turned = zip(*found, strict=True) if found else ([] for _ in COLUMNS)
    return {name: list(values) for name, values in zip(COLUMNS, turned, strict=True)}


def _cells(source: Source, sight: Sight, totals: Totals, size: str) -> list[Counted]:
    values = stops.powers(totals.least_value, totals.most_value)
    ranges = (sight.x or WHOLE, values if sight.up == VALUE else (sight.y or WHOLE))
    across, up = source.reading(sight.across), source.reading(sight.up)
    amount = crowds.amounts(source.rates)[size]
    cells = crowds.cells(sources.narrowed(source, sight), across, up, ranges, amount)
    (left, right), (low, high) = ranges
    return [
        replace(
            cell,
            across=left + cell.across * (right - left),
            up=_value(low + cell.up * (high - low), is_money=sight.up == VALUE),
        )
        for cell in cells
    ]


def _value(place: float, *, is_money: bool) -> float:
    return 10**place if is_money else place


def _reading(source: Source, code: str) -> Any:
    return F("annual_value") if code == VALUE else source.reading(code)
