"""Where a portfolio stands: every figure of its balance, from one picture of it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast

from portfolio.insights.rules import balances, heats, mixes
from portfolio.insights.rules.entries import MEASURES, Entry, Picture
from portfolio.insights.rules.entries import measure as measured_by
from projects.models import Portfolio
from projects.rules import scorecards

BY = ("count", "cost", "effort")


def of(portfolio: Portfolio, picture: Picture, now: datetime, measure: str = "") -> dict[str, Any]:
    """Every figure of `rules.balances.KEYS`: of a live, a past or a what-if picture alike."""
    found = dict.fromkeys(balances.KEYS) | _mix(picture, measure)
    return cast("dict[str, Any]", balances.tidy(found))


def _mix(picture: Picture, asked: str) -> dict[str, Any]:
    """What the picture alone tells."""
    frame, scope = picture.frame, picture.in_scope
    measure = measured_by(scope, asked if asked in MEASURES else "")
    planned = mixes.target(frame.target)
    shares = _each(scope, mixes.shares)
    return {
        "day": frame.day.isoformat(),
        "currency": frame.currency,
        "measure": measure,
        "measure_label": mixes.MEASURE_LABELS[measure],
        "n": len(scope),
        "n_all": len(picture.entries),
        "without_cost": len(mixes.left_out(scope, "cost")),
        "without_effort": len(mixes.left_out(scope, "effort")),
        "shares": shares,
        "amounts": _each(scope, mixes.amounts),
        "target": planned,
        "gaps": {by: mixes.gaps(share, planned) for by, share in shares.items()},
        "index": {by: mixes.index(share, planned) for by, share in shares.items()},
        "load": _each(scope, lambda entries, by: mixes.load(entries, by, frame.risk_line)),
        "limit": frame.limit / 100,
        "line": frame.risk_line,
        "high_risk_n": sum(mixes.is_high(entry, frame.risk_line) for entry in scope),
        "heat": heats.of(scope, _pitfalls(scope)),
        "generated": frame.has_generated,
    }


def _each(scope: Sequence[Entry], rule: Callable[[Sequence[Entry], str], Any]) -> dict[str, Any]:
    return {by: rule(scope, by) for by in BY}


def _pitfalls(scope: Sequence[Entry]) -> dict[str, str]:
    """The pitfalls in the order of the questions, those that the projects' scores know."""
    known = {code for entry in scope for code in entry.pitfalls}
    labels = {each.code: each.label for each in scorecards.shipped().pitfalls}
    return {code: labels.get(code, code) for code in [*labels, *sorted(known - set(labels))]}
