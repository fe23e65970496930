"""What a recommendation would change: the same figures before and after its changes."""

from collections.abc import Iterable, Mapping
from typing import Any

from portfolio.insights.rules.balance import mixes
from portfolio.insights.rules.entries import Picture
from portfolio.insights.rules.scenario import changes


def of(picture: Picture, asked: Iterable[Mapping[str, Any]], measure: str) -> dict[str, Any] | None:
    """Pairs of before and after, and what is freed for something else; None without a change."""
    found = changes.parse(asked)
    if not found:
        return None
    after, line = changes.apply(picture, found), picture.frame.risk_line
    freed = {change.project for change in found if change.do in ("stop", "hold")}
    idle = [entry for entry in picture.in_scope if entry.key in freed]
    return {
        "load": [mixes.load(one.in_scope, measure, line) for one in (picture, after)],
        "launches": [_expected(one) for one in (picture, after)],
        "shares": [mixes.shares(one.in_scope, measure) for one in (picture, after)],
        "frees_cost": _sum(entry.cost for entry in idle),
        "frees_people": _sum(entry.effort for entry in idle),
    }


def _expected(picture: Picture) -> float:
    return sum(entry.p for entry in picture.in_scope if entry.p is not None)


def _sum(numbers: Iterable[float | None]) -> float | None:
    """Of those that are known; None where none is."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None
