"""Who is needed and who is there, by kind of work and month."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from portfolio.insights.rules.balance.courses import PRODUCTION
from portfolio.insights.rules.entries import Added, Entry

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Need:
    """Full-time people whom one project needs of a capability, from a day until a day (None: open)."""

    capability: str
    project: int
    fte: float
    begins: date | None = None
    ends: date | None = None


def overload(demand: float, supply: float | None) -> float | None:
    """By how much what is asked exceeds what is there; None where that is not known, or nobody is there."""
    return max(0.0, demand / supply - 1) if supply else None


def months(day: date, number: int = MONTHS) -> list[date]:
    """The first of this month and of those that follow."""
    found = [day.replace(day=1)]
    while len(found) < number:
        found.append((found[-1] + timedelta(days=31)).replace(day=1))
    return found


def last_day(need: Need, entry: Entry, day: date) -> date | None:
    """When a need ends: as entered, else when the project is likely to be live, else on its date, else open.

    A day that has passed ends nothing while the project goes on.
    """
    return need.ends or next((on for on in (entry.p50_on, entry.committed_on) if on and on >= day), None)


def counts(need: Need, entry: Entry | None) -> bool:
    """Whether a project asks for people: it is under way; a live one only until the day that was entered."""
    if entry is None or entry.is_held:
        return False
    return (entry.is_open and entry.standard != PRODUCTION) or need.ends is not None


def of(
    needs: Iterable[Need],
    supplies: Mapping[str, Sequence[tuple[date, float]]],
    entries: Iterable[Entry],
    day: date,
    added: Sequence[Added] = (),
) -> dict[str, Any] | None:
    """Demand against supply of a year; `supplies`: capability -> (from month, people). None: no such row."""
    known, firsts = {entry.id: entry for entry in entries}, months(day)
    asked: dict[str, list[float]] = {name: [0.0] * len(firsts) for name in supplies}
    for need in needs:
        entry = known.get(need.project)
        if entry is not None and counts(need, entry):
            row = asked.setdefault(need.capability, [0.0] * len(firsts))
            ends = last_day(need, entry, day)
            for place, first in enumerate(firsts):
                row[place] += need.fte * _part(first, need.begins, ends)
    if not asked:
        return None
    rows = []
    for name in sorted(asked, key=str.casefold):
        supply = [_supply(supplies.get(name, ()), name, first, added) for first in firsts]
        rows.append(_row(name, asked[name], supply))
    return {"months": [f"{first:%Y-%m}" for first in firsts], "rows": rows}


def _row(name: str, demand: list[float], supply: list[float | None]) -> dict[str, Any]:
    pairs = list(zip(demand, supply, strict=True))
    return {
        "name": name,
        "supply": supply,
        "demand": demand,
        "overload": [overload(needs, has) for needs, has in pairs],
        "short": [None if has is None else max(0.0, needs - has) for needs, has in pairs],
    }


def _part(first: date, begins: date | None, ends: date | None) -> float:
    """The part of a month that lies between two days, both included; None has no end."""
    days = monthrange(first.year, first.month)[1]
    last = first + timedelta(days=days - 1)
    start, end = max(first, begins or first), min(last, ends or last)
    return max(0, (end - start).days + 1) / days


def _supply(
    rows: Sequence[tuple[date, float]], name: str, first: date, added: Sequence[Added]
) -> float | None:
    """The newest row that is not later than the month, and what a what-if adds; None before the first row."""
    held = [fte for since, fte in sorted(rows) if since <= first]
    more = [each.fte for each in added if _is(each, name) and each.since <= first]
    if not held and not more:
        return None
    return max(0.0, (held[-1] if held else 0.0) + sum(more))


def _is(added: Added, name: str) -> bool:
    return added.capability.casefold() == name.casefold()
