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
    usual = odds.stages[stage]
    late = [blocker.severity for blocker in blockers if blocker.is_past_sla and not blocker.is_accepted]
    drag = odds.critical_past_sla * late.count("critical") + odds.high_past_sla * late.count("high")
    logit = (
        log(usual.p / (1 - usual.p))
        + odds.per_risk_point * (usual.risk - risk)
        + odds.kinds[kind or USUAL_KIND]
        - odds.on_hold * is_on_hold
        - min(odds.most_past_sla, drag)
    )
    return min(odds.most, max(odds.least, 1 / (1 + exp(-logit))))
