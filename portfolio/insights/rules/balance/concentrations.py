"""How much hangs on one owner, unit, vendor, data source or pitfall (Herfindahl and Hirschman)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portfolio.insights.rules.entries import Entry
from projects.rules.quadrants import DIGITS

# One group with more than this share, or half as many effective owners as owners, is a warning (our choice).
LARGEST_SHARE, LEAST_EFFECTIVE = 0.4, 0.5
# One pitfall behind this share of the risky projects is no coincidence (our choice).
SYSTEMIC = 0.4
# Groups and keys that are told; the index is always of all.
SHOWN, KEYS = 12, 20


@dataclass(frozen=True, slots=True)
class Index:
    """The sum of squared shares, how many equal groups that is, and from 0 (all equal) to 1 (one has all)."""

    hhi: float
    effective: float
    normalised: float


def index(weights: Iterable[float]) -> Index | None:
    """The concentration of weights; those of zero are no group; None where there is none."""
    held = [weight for weight in weights if weight > 0]
    if not held:
        return None
    total, m = sum(held), len(held)
    hhi = sum((weight / total) ** 2 for weight in held)
    return Index(hhi, 1 / hhi, 1.0 if m == 1 else (hhi - 1 / m) / (1 - 1 / m))


@dataclass(slots=True)
class Group:
    """What one of them holds: how much of the work touches it, and its part where work is divided."""

    name: str
    weight: float
    part: float
    count: float
    keys: list[str]


Names = Callable[[Entry], Sequence[tuple[object, str]]]


def _owner(entry: Entry) -> list[tuple[object, str]]:
    return [(entry.owner_id or entry.owner, entry.owner)] if entry.owner else []


def _unit(entry: Entry) -> list[tuple[object, str]]:
    return [(entry.top_unit, entry.top_unit)] if entry.top_unit else []


def _vendor(entry: Entry) -> list[tuple[object, str]]:
    name = entry.vendor.strip()
    return [(name.casefold(), name)] if name else []


def _source(entry: Entry) -> list[tuple[object, str]]:
    found: dict[str, str] = {}
    for name in entry.sources:
        found.setdefault(name.casefold(), name)
    return list(found.items())


BY: dict[str, Names] = {"owner": _owner, "unit": _unit, "vendor": _vendor, "source": _source}


def of(entries: Sequence[Entry], by: str, measure: str) -> dict[str, Any] | None:
    """How one dimension is held; a share is of all the work in scope, None where nobody has named any."""
    known = [entry for entry in entries if entry.weight(measure) is not None]
    total = sum(entry.weight(measure) or 0.0 for entry in known)
    groups = _groups(known, BY[by], measure)
    found = index(group.part for group in groups)
    if found is None or not total:
        return None
    told = [group for group in groups if by != "source" or len(group.keys) > 1]
    rows = [
        {
            "name": g.name,
            "share": g.weight / total,
            "weight": g.weight,
            "count": g.count,
            "keys": g.keys[:KEYS],
        }
        for g in sorted(told, key=lambda group: (-group.weight, group.name.casefold()))
    ]
    groups_n = sum(group.part > 0 for group in groups)
    return _told(found, rows, groups_n, by, without=sum(not BY[by](entry) for entry in known))


def pitfall(high: Sequence[Entry], labels: Mapping[str, str]) -> dict[str, Any] | None:
    """Which pitfall is the worst one of how many risky projects; ties are shared equally."""
    groups: dict[str, Group] = {}
    for entry in high:
        worst = worst_of(entry)
        for code in worst:
            group = groups.setdefault(code, Group(labels.get(code, code), 0.0, 0.0, 0.0, []))
            group.count += 1 / len(worst)
            group.keys.append(entry.key)
    found = index(group.count for group in groups.values())
    if found is None:
        return None
    total = sum(group.count for group in groups.values())
    ranked = sorted(groups.items(), key=lambda pair: (-pair[1].count, pair[0]))
    rows = [
        {"code": code, "name": g.name, "share": g.count / total, "count": g.count, "keys": g.keys[:KEYS]}
        for code, g in ranked
    ]
    return _told(found, rows, len(groups), "pitfall", without=sum(not worst_of(entry) for entry in high))


def worst_of(entry: Entry) -> tuple[str, ...]:
    """The pitfalls with the largest score, several where they are equal; empty where none is known."""
    scores = {code: round(score, DIGITS) for code, score in entry.pitfalls.items() if score is not None}
    return tuple(code for code, score in scores.items() if score == max(scores.values()))


def _groups(entries: Iterable[Entry], names: Names, measure: str) -> list[Group]:
    groups: dict[object, Group] = {}
    for entry in entries:
        held, weight = names(entry), entry.weight(measure) or 0.0
        for ident, name in held:
            group = groups.setdefault(ident, Group(name, 0.0, 0.0, 0.0, []))
            group.weight += weight
            group.part += weight / len(held)
            group.count += 1
            group.keys.append(entry.key)
    return list(groups.values())


def _told(found: Index, rows: list[dict[str, Any]], m: int, by: str, *, without: int) -> dict[str, Any]:
    limit = SYSTEMIC if by == "pitfall" else LARGEST_SHARE
    largest = rows[0]["share"] if rows else 0.0
    warns = []
    if (by == "pitfall" and largest >= limit) or (by != "pitfall" and largest > limit):
        warns.append("one_holds_much")
    if by == "owner" and found.effective < LEAST_EFFECTIVE * m:
        warns.append("few_hold_most")
    return {
        "hhi": found.hhi,
        "effective": found.effective,
        "normalised": found.normalised,
        "of": m,
        "without": without,
        "groups": rows[:SHOWN],
        "warns": warns,
    }
