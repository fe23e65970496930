"""The chance of production learned from projects that have ended, starting from what the scorecard says."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from projects.rules.coefficients import Odds, StageOdds
from projects.rules.odds import USUAL_KIND

# Fewer ended projects would only repeat what the scorecard says.
ENOUGH = 50
# How far the numbers of the scorecard may be off, as standard deviations of the prior, in log-odds:
# a chance of 42% may well be 30% or 55%, the kinds likewise, and a point of risk may count a third more.
STAGE_SPREAD, KIND_SPREAD, POINT_SPREAD = 0.5, 0.5, 0.012
# In how many parts the projects are held back in turn, so that nobody is judged by what was learned from it.
FOLDS = 5
KINDS = ("existing", "revolutionary")  # measured against the usual kind, whose shift is fixed

Numbers = NDArray[np.float64]


class Case(NamedTuple):
    """A forecast of a project that has ended: what it rested on, and whether the project was launched."""

    project: int
    stage: str
    risk: float
    kind: str
    is_on_hold: bool
    launched: bool


@dataclass(frozen=True, slots=True)
class Refit:
    """Odds that were learned, beside those in force; Brier scores count every project once."""

    odds: Odds
    projects: int
    cases: int
    brier_now: float
    brier_learned: float  # of projects that were held back while learning

    @property
    def is_better(self) -> bool:
        return self.brier_learned < self.brier_now


def refit(present: Odds, cases: Sequence[Case]) -> Refit | None:
    """What the cases teach; None with fewer than ENOUGH projects. Nothing is adopted by this."""
    cases = [case for case in cases if case.stage in present.stages]
    projects = sorted({case.project for case in cases})
    if len(projects) < ENOUGH:
        return None
    fold = {project: place % FOLDS for place, project in enumerate(projects)}
    held_back = np.empty(len(cases))
    for part in range(FOLDS):
        learned = learn(present, [case for case in cases if fold[case.project] != part])
        for place, case in enumerate(cases):
            if fold[case.project] == part:
                held_back[place] = chance(learned, case)
    now = np.array([chance(present, case) for case in cases])
    return Refit(
        learn(present, cases),
        len(projects),
        len(cases),
        _brier(now, cases),
        _brier(held_back, cases),
    )


def learn(present: Odds, cases: Sequence[Case]) -> Odds:
    """The odds that fit the cases best (logistic regression), with an L2 prior around the present ones."""
    if not cases:
        return present
    start, spread = _parameters(present)
    factors = np.array([_factors(present, case) for case in cases])
    offset = np.array([_fixed(present, case) for case in cases])
    launched = np.array([case.launched for case in cases], dtype=float)
    weights = _weights(cases)

    def loss(moves: Numbers) -> tuple[float, Numbers]:
        logits = offset + factors @ (start + spread * moves)
        # log(1 + e^x) without overflow; the prior is a unit normal of each move.
        value = weights @ (np.logaddexp(0, logits) - launched * logits) + moves @ moves / 2
        slope = spread * (factors.T @ (weights * (expit(logits) - launched))) + moves
        return float(value), slope

    # Loaded when somebody asks, as in rules/solving.py.
    from scipy.optimize import minimize

    found = minimize(loss, np.zeros_like(start), jac=True, method="L-BFGS-B")
    return _odds(present, start + spread * found.x)


def chance(odds: Odds, case: Case) -> float:
    """The chance of production that these odds give."""
    logit = _fixed(odds, case) + float(np.dot(_factors(odds, case), _parameters(odds)[0]))
    return min(odds.most, max(odds.least, float(expit(logit))))


def _parameters(odds: Odds) -> tuple[Numbers, Numbers]:
    """The numbers that are learned (one a stage, one a kind, one a point of risk) and their spreads."""
    stages = [float(np.log(one.p / (1 - one.p))) for one in odds.stages.values()]
    kinds = [odds.kinds[kind] for kind in KINDS]
    spreads = [STAGE_SPREAD] * len(stages) + [KIND_SPREAD] * len(kinds) + [POINT_SPREAD]
    return np.array([*stages, *kinds, odds.per_risk_point]), np.array(spreads)


def _factors(odds: Odds, case: Case) -> Numbers:
    """What each of the numbers is multiplied by for a case."""
    stages = [float(code == case.stage) for code in odds.stages]
    kinds = [float(kind == case.kind) for kind in KINDS]
    return np.array([*stages, *kinds, odds.stages[case.stage].risk - case.risk])


def _fixed(odds: Odds, case: Case) -> float:
    """What a case brings that is not learned."""
    usual = odds.kinds[USUAL_KIND] if case.kind not in KINDS else 0.0
    return usual - (odds.on_hold if case.is_on_hold else 0.0)


def _weights(cases: Sequence[Case]) -> Numbers:
    """Every project counts once, however many forecasts of it there are."""
    often = Counter(case.project for case in cases)
    return np.array([1 / often[case.project] for case in cases])


def _brier(chances: Numbers, cases: Sequence[Case]) -> float:
    launched = np.array([case.launched for case in cases], dtype=float)
    return float(np.average((chances - launched) ** 2, weights=_weights(cases)))


def _odds(present: Odds, learned: Numbers) -> Odds:
    codes = list(present.stages)
    stages = {
        code: StageOdds(float(expit(logit)), present.stages[code].risk)
        for code, logit in zip(codes, learned, strict=False)
    }
    kinds = {kind: float(learned[len(codes) + place]) for place, kind in enumerate(KINDS)}
    return replace(
        present, stages=stages, kinds={**present.kinds, **kinds}, per_risk_point=float(learned[-1])
    )
