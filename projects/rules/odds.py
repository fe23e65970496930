"""The probability of reaching production: a reference class, shifted by what is known of the project."""

from collections.abc import Iterable
from math import exp, log

from projects.rules.coefficients import Odds
from projects.rules.risks import OpenBlocker

PRODUCTION = "production"
USUAL_KIND = "new"


def p_production(
    odds: Odds,
    stage: str,
    risk: float,
    *,
    kind: str = "",
    is_on_hold: bool = False,
    blockers: Iterable[OpenBlocker] = (),
) -> float:
    """The probability of reaching production from the present standard stage; there it is 1."""
    if stage == PRODUCTION:
        return 1.0
    shifts = terms(odds, stage, risk, kind=kind, is_on_hold=is_on_hold, blockers=blockers)
    return probability(odds, sum(shifts.values()))


def probability(odds: Odds, logit: float) -> float:
    """The probability of these log-odds, kept away from certainty."""
    return min(odds.most, max(odds.least, 1 / (1 + exp(-logit))))


def terms(
    odds: Odds,
    stage: str,
    risk: float,
    *,
    kind: str = "",
    is_on_hold: bool = False,
    blockers: Iterable[OpenBlocker] = (),
) -> dict[str, float]:
    """What moves the probability from a stage before production, in log-odds: they add up."""
    usual = odds.stages[stage]
    late = [blocker.severity for blocker in blockers if blocker.is_past_sla and not blocker.is_accepted]
    drag = odds.critical_past_sla * late.count("critical") + odds.high_past_sla * late.count("high")
    return {
        "stage": log(usual.p / (1 - usual.p)),
        "risk": odds.per_risk_point * (usual.risk - risk),
        "kind": odds.kinds[kind or USUAL_KIND],
        "on_hold": -odds.on_hold if is_on_hold else 0.0,
        "late_blockers": -min(odds.most_past_sla, drag),
    }
