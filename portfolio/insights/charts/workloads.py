"""Work that is asked of a capability month by month, against the people who can do it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portfolio.insights.charts.words import number

HEIGHT = 44  # px of a row's columns
GAP = 0.2  # of a column's width


@dataclass(frozen=True, slots=True)
class Column:
    """One month: places and widths in percent of the row, heights in px from its top."""

    x: float
    width: float
    y: float
    height: float
    limit: float | None  # where the supply lies
    is_over: bool
    text: str  # needed of there, for the table


@dataclass(frozen=True, slots=True)
class Row:
    """One capability."""

    name: str
    columns: tuple[Column, ...]
    words: str
    worst: str  # the largest overload in words, empty where there is none


def names(months: Sequence[str]) -> list[str]:
    """Months such as 2026-12 as people read them."""
    return [f"{date.fromisoformat(month + '-01'):%b %Y}" for month in months]


def rows(months: Sequence[str], capabilities: Sequence[Mapping[str, Any]]) -> tuple[Row, ...]:
    """A row per capability; every row has its own height scale, since people differ in number."""
    return tuple(_row(months, each) for each in capabilities)


def _row(months: Sequence[str], each: Mapping[str, Any]) -> Row:
    supply, demand = each["supply"], each["demand"]
    most = max([value for value in (*supply, *demand) if value is not None], default=0) or 1
    step = 100 / max(len(months), 1)
    columns = []
    for place, (has, needs) in enumerate(zip(supply, demand, strict=True)):
        height = round(HEIGHT * (needs or 0) / most, 1)
        limit = None if has is None else round(HEIGHT - HEIGHT * has / most, 1)
        over = has is not None and (needs or 0) > has
        columns.append(
            Column(
                round(place * step + step * GAP / 2, 2),
                round(step * (1 - GAP), 2),
                round(HEIGHT - height, 1),
                height,
                limit,
                over,
                f"{number(needs)} of {number(has) if has is not None else '?'}",
            )
        )
    return Row(each["name"], tuple(columns), _words(months, each), _worst(months, each))


def _words(months: Sequence[str], each: Mapping[str, Any]) -> str:
    said = [
        f"{month} {needs or 0:g} of {'not known' if has is None else format(has, 'g')}"
        for month, has, needs in zip(months, each["supply"], each["demand"], strict=True)
    ]
    return f"{each['name']}, people needed of people there: {', '.join(said)}"


def _worst(months: Sequence[str], each: Mapping[str, Any]) -> str:
    over = [(value, month) for value, month in zip(each["overload"], months, strict=True) if value]
    if not over:
        return ""
    value, month = max(over, key=lambda pair: pair[0])
    return f"{100 * value:.0f}% over in {month}"
