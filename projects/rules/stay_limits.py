"""Limits of time in stage from history: how long projects of a portfolio really stay, with due caution.

A few projects say little, so what was observed is blended with the workflow's default by how many left; and
a limit moves by a quarter at most each time, so that flags do not jump.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from projects.rules import survivals
from projects.rules.stages import TypicalDays
from projects.rules.survivals import Stay
from projects.rules.workflow import Workflow

# Share of projects that have left by then.
SHARES = {"p50": 0.50, "p85": 0.85, "p95": 0.95}
# From so many exits on history counts; with so many it weighs half (domain 5, our choice).
FEWEST_EXITS, HALF_AT_EXITS = 5, 10
# A recomputation moves a limit by a quarter at most (domain 5, our choice).
LEAST_PARTS, MOST_PARTS, PARTS = 3, 5, 4

Line = Mapping[str, Any]  # One stage of `StayLimits.body`.


class Band(NamedTuple):
    """Between which days a limit may lie after this time."""

    low: int
    high: int

    def hold(self, days: int) -> int:
        return min(max(days, self.low), self.high)


def learn(
    workflow: Workflow, stays: Mapping[str, Sequence[Stay]], in_force: Mapping[str, Line]
) -> dict[str, dict[str, Any]]:
    """Standard stage -> its line, for each stage that has a default; `in_force` is the version before."""
    return {
        standard: line(default, stays.get(standard, ()), in_force.get(standard))
        for standard, default in defaults(workflow).items()
    }


def defaults(workflow: Workflow) -> dict[str, TypicalDays]:
    """Days in stages of one standard code add up, so their usual days do as well."""
    found: dict[str, TypicalDays] = {}
    for stage in workflow.stages:
        if (days := stage.typical_days) is not None:
            before = found.get(stage.standard, TypicalDays(0, 0, 0))
            found[stage.standard] = TypicalDays(
                before.p50 + days.p50, before.p85 + days.p85, before.p95 + days.p95
            )
    return found


def days_of(default: TypicalDays) -> dict[str, int]:
    """Quantile -> days."""
    return {"p50": default.p50, "p85": default.p85, "p95": default.p95}


def line(default: TypicalDays, stays: Sequence[Stay], before: Line | None) -> dict[str, Any]:
    """The limits of one stage with where they come from; a changed default begins anew at the default."""
    usual = days_of(default)
    exits = sum(stay.is_over for stay in stays)
    observed = {name: survivals.quantile(stays, share) for name, share in SHARES.items()}
    start = before if before is not None and before["default"] == usual else usual
    wanted = {name: _wanted(usual[name], observed[name], exits, stays) for name in SHARES}
    made = {name: band(start[name]).hold(wanted[name]) for name in SHARES}
    return {
        **made,
        "exits": exits,
        "generated": sum(stay.is_over and stay.is_generated for stay in stays),
        "weight": round(weight(exits), 4),
        "observed": observed,
        "default": usual,
        "held_back": made != wanted,
    }


def weight(exits: int) -> float:
    """How much history counts beside the default, from 0 to 1."""
    return exits / (exits + HALF_AT_EXITS) if exits >= FEWEST_EXITS else 0.0


def band(days: int) -> Band:
    """The whole days that lie within a quarter; a limit of fewer than four days stays what it is."""
    return Band(-(-days * LEAST_PARTS // PARTS), days * MOST_PARTS // PARTS)


def moved(before: Mapping[str, Line], after: Mapping[str, Line]) -> dict[str, dict[str, list[int]]]:
    """Standard stage -> quantile -> days before and after, where they differ; at first from the default."""
    found = {}
    for standard, now in after.items():
        then = before.get(standard) or now["default"]
        if changed := {name: [then[name], now[name]] for name in SHARES if then[name] != now[name]}:
            found[standard] = changed
    return found


def _wanted(default: int, observed: int | None, exits: int, stays: Sequence[Stay]) -> int:
    """What history and default say together, before a step is held back."""
    if exits < FEWEST_EXITS:
        return default
    if observed is None:
        # Too many are still open to tell: that it is no less than the longest time seen is certain.
        return max(default, *(stay.days for stay in stays))
    total = exits + HALF_AT_EXITS
    # Whole days, a half upwards.
    return (2 * (exits * observed + HALF_AT_EXITS * default) + total) // (2 * total)
