"""The best set of projects under limits: an integer program, and what people ask of its answer.

Maximise the sum of x·(gain - caution·variance) with each x 0 or 1. Projects are taken as independent; since
x² = x the variance of a set is then the sum of theirs, and the program stays linear.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from portfolio.insights.rules.scenario import limits as limits_
from portfolio.insights.rules.scenario.limits import Asked, Candidate, Limit, Vector
from portfolio.insights.rules.scenario.solving import Line, cut, scaled, solve

NEAR_TIES = 3


@dataclass(frozen=True, slots=True)
class Chosen:
    """A set of projects; `worth` is what was maximised, `value` the same without the price of risk."""

    keys: tuple[str, ...]
    worth: float
    value: float
    sd: float
    cost: float
    fte: float
    is_proven: bool = True  # False: the best that was found in the time allowed


@dataclass(frozen=True, slots=True)
class Slack:
    """How far a row is from its limit; None: a share of nothing."""

    code: str
    label: str
    name: str
    kind: str
    reached: float | None
    limit: float
    is_least: bool
    is_tight: bool


@dataclass(frozen=True, slots=True)
class Price:
    """What a rule costs: how much more the best set would be worth without it."""

    codes: tuple[str, ...]
    label: str
    amount: float
    without: Chosen


def best(candidates: Sequence[Candidate], asked: Asked, cuts: Sequence[Line] = ()) -> Chosen | None:
    """The set of the largest worth; None where no set respects every limit."""
    return among(candidates, asked, limits_.of(candidates, asked), cuts)


def among(
    candidates: Sequence[Candidate], asked: Asked, limits: Sequence[Limit], cuts: Sequence[Line] = ()
) -> Chosen | None:
    """The same under these limits, which may be fewer than were asked for."""
    worth = np.array([each.gain - asked.caution * each.variance for each in candidates], dtype=float)
    lines = [*(row.line() for limit in limits for row in limit.rows), *cuts]
    found = solve(worth, lines)
    if found is None:
        return None
    x, is_proven = found
    return _chosen(candidates, worth, x, is_proven)


def _chosen(candidates: Sequence[Candidate], worth: Vector, x: Vector, is_proven: bool) -> Chosen:
    taken = [each for each, is_in in zip(candidates, x, strict=True) if is_in]
    return Chosen(
        keys=tuple(each.key for each in taken),
        worth=float(worth @ x),
        value=sum(each.gain for each in taken),
        sd=sqrt(sum(each.variance for each in taken)),
        cost=sum(each.cost for each in taken),
        fte=sum(each.fte for each in taken),
        is_proven=is_proven,
    )


def near_ties(candidates: Sequence[Candidate], asked: Asked, chosen: Chosen) -> list[Chosen]:
    """The next best sets, the best first: each is looked for with those before it cut off."""
    cuts, found = [_cut_off(candidates, chosen)], []
    for _ in range(NEAR_TIES):
        following = best(candidates, asked, cuts)
        if following is None:
            break
        found.append(following)
        cuts.append(_cut_off(candidates, following))
    return found


def _cut_off(candidates: Sequence[Candidate], chosen: Chosen) -> Line:
    keys = set(chosen.keys)
    return cut(np.array([float(each.key in keys) for each in candidates]))


def slacks(candidates: Sequence[Candidate], asked: Asked, chosen: Chosen) -> list[Slack]:
    """What every row comes to with this choice, and whether nothing more would fit under it."""
    keys = set(chosen.keys)
    x = np.array([float(each.key in keys) for each in candidates])
    found = []
    for limit in limits_.of(candidates, asked):
        for row in limit.rows:
            weights, bound = scaled(row.line())
            is_tight = bool(weights @ x >= bound - 1e-6)
            values = (limit.code, limit.label, row.name, limit.kind, row.reached(x), row.limit)
            found.append(Slack(*values, row.is_least, is_tight))
    return found


def prices(candidates: Sequence[Candidate], asked: Asked, chosen: Chosen) -> list[Price]:
    """What each rule costs, the dearest first; rules of shares also together."""
    limits = limits_.of(candidates, asked)
    groups: list[tuple[str, tuple[str, ...]]] = [
        (limit.label, (limit.code,)) for limit in limits if limit.can_give
    ]
    shares = tuple(limit.code for limit in limits if limit.is_share)
    if len(shares) > 1:
        groups.append(("All rules about shares together", shares))
    found = []
    for label, codes in groups:
        without = among(candidates, asked, [limit for limit in limits if limit.code not in codes])
        if without is not None:
            found.append(Price(codes, label, without.worth - chosen.worth, without))
    return sorted(found, key=lambda price: -price.amount)


def forced(candidates: Sequence[Candidate], asked: Asked, key: str) -> Chosen | None:
    """The best set with this project in it; None where it fits into none."""
    weights = np.array([-float(each.key == key) for each in candidates])
    return best(candidates, asked, [(weights, -1.0)])


def over_budgets(
    candidates: Sequence[Candidate], asked: Asked, budgets: Sequence[float]
) -> list[tuple[float, Chosen | None]]:
    """What each budget buys; those by period grow and shrink with the whole."""
    found = []
    for budget in budgets:
        part = budget / asked.budget if asked.budget else 1.0
        periods = {period: amount * part for period, amount in asked.budgets.items()}
        found.append((budget, best(candidates, replace(asked, budget=budget, budgets=periods))))
    return found


def over_cautions(
    candidates: Sequence[Candidate], asked: Asked, cautions: Sequence[float]
) -> list[tuple[float, Chosen | None]]:
    """What is chosen the more risk costs: less value, and less of it uncertain."""
    return [(caution, best(candidates, replace(asked, caution=caution))) for caution in cautions]
