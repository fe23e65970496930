"""What a what-if changes: the figures of its bar, before and after."""

from collections.abc import Mapping
from typing import Any

from portfolio.insights.charts.words import UNKNOWN, number, percent, signed
from portfolio.insights.rules.entries import QUADRANTS

Balance = Mapping[str, Any]


def rows(now: Balance, then: Balance, labels: Mapping[str, str]) -> list[dict[str, str]]:
    """Risk load, launches, and the quadrant that moves most: before and after."""
    by = now["measure"]
    found = [_row("Risk load", percent(now["load"][by]), percent(then["load"][by]))]
    found.append(_live(now, then))
    before, after = now["shares"][by], then["shares"][by]
    if before and after:
        code = max(QUADRANTS, key=lambda each: abs(after[each] - before[each]))
        share = _row(labels[code], percent(before[code]), percent(after[code]))
        found += [share] if share["was"] != share["now"] else []
    return [row for row in found if row["was"] != UNKNOWN or row["now"] != UNKNOWN]


def effects(one: Mapping[str, Any] | None) -> list[str]:
    """What a recommendation alone would change, in short lines."""
    if one is None:
        return []
    load, live = one["load"], one["launches"]
    lines = [f"Risk load {percent(load[0])} → {percent(load[1])}"] if None not in load else []
    lines.append(f"Launches {signed(live[1] - live[0], 1)}")
    if one["frees_people"]:
        lines.append(f"Frees {number(one['frees_people'])} people")
    return lines


def _live(now: Balance, then: Balance) -> dict[str, str]:
    before, after = now["launches"] or {}, then["launches"] or {}
    name = "within_year" if before.get("within_year") is not None else "expected"
    label = "Live within a year" if name == "within_year" else "Expected launches"
    return _row(label, number(before.get(name)), number(after.get(name)))


def _row(label: str, was: str, now: str) -> dict[str, str]:
    return {"label": label, "was": was, "now": now}
