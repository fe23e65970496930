"""Where no set of projects respects every rule: which rule to relax, and by how little."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from portfolio.insights.rules.scenario import limits as limits_
from portfolio.insights.rules.scenario.choosing import Chosen, among
from portfolio.insights.rules.scenario.limits import Asked, Candidate, Limit, Vector
from portfolio.insights.rules.scenario.solving import EXACT, Line, program, scaled

# A ratio is found in a handful of rounds; each one ends at a set that no earlier one had.
MOST_ROUNDS = 40


@dataclass(frozen=True, slots=True)
class Wider:
    """One rule and what it would have to allow; `needed` is None where it has to go."""

    code: str
    label: str
    kind: str
    limit: float
    needed: float | None
    is_least: bool = False

    @property
    def by(self) -> float:
        """How much that is, as a part of the limit; a rule that has to go counts as the whole of it."""
        if self.needed is None:
            return 1.0
        return abs(self.needed - self.limit) / self.limit if self.limit else float("inf")


@dataclass(frozen=True, slots=True)
class Relief:
    """Rules to relax together, and the best set that there is then."""

    wider: tuple[Wider, ...]
    then: Chosen | None

    @property
    def by(self) -> float:
        return sum(each.by for each in self.wider)


def reliefs(candidates: Sequence[Candidate], asked: Asked) -> list[Relief]:
    """The smallest sets of rules to relax, the one that gives least first; each alone lets a set exist.

    Where one rule is enough every such rule is named; else one set of as few rules as possible.
    """
    limits = limits_.of(candidates, asked)
    soft = [limit for limit in limits if limit.can_give]
    found = []
    for limit in soft:
        others = [other for other in limits if other is not limit]
        if among(candidates, asked, others) is not None:
            found.append(_relief(candidates, asked, limits, _least(candidates, limit, others)))
    if not found and soft:
        found = [_relief(candidates, asked, limits, wider) for wider in _together(candidates, limits)]
    return sorted(found, key=lambda relief: relief.by)


def _relief(
    candidates: Sequence[Candidate], asked: Asked, limits: Sequence[Limit], wider: Sequence[Wider]
) -> Relief:
    needed = {each.code: each.needed for each in wider}
    left = [
        widened(limit, needed.get(limit.code))
        for limit in limits
        if limit.code not in needed or needed[limit.code] is not None
    ]
    return Relief(tuple(wider), among(candidates, asked, left))


def widened(limit: Limit, needed: float | None) -> Limit:
    """The rule as it has to be: a share of its own, or an amount more in every row."""
    if needed is None:
        return limit
    # What is needed was reached by a set, in floating point: a hair more lets that set through again.
    hair = EXACT * max(1.0, abs(needed))
    if not limit.is_share:
        extra = needed - limit.rows[0].limit + hair
        return replace(limit, rows=tuple(replace(row, limit=row.limit + extra) for row in limit.rows))
    new = needed - hair if limit.rows[0].is_least else needed + hair
    return replace(limit, rows=tuple(replace(row, limit=new) for row in limit.rows))


def _least(candidates: Sequence[Candidate], limit: Limit, others: Sequence[Limit]) -> list[Wider]:
    """By how little this rule has to give, the others in force."""
    if limit.is_whole:
        return [_wider(limit, None)]
    lines = [row.line() for other in others for row in other.rows]
    find = _least_share if limit.is_share else _least_amount
    return [_reached(limit, find(len(candidates), limit, lines))]


def _wider(limit: Limit, needed: float | None) -> Wider:
    row = limit.rows[0]
    return Wider(limit.code, limit.label, limit.kind, row.limit, needed, row.is_least)


def _reached(limit: Limit, x: Vector) -> Wider:
    """What a rule has to allow for this set."""
    if limit.is_whole:
        return _wider(limit, None)
    if not limit.is_share:
        over = max(float(row.part @ x) - row.limit for row in limit.rows)
        return _wider(limit, limit.rows[0].limit + max(over, 0.0))
    shares = [row.reached(x) or 0.0 for row in limit.rows]
    return _wider(limit, min(shares) if limit.rows[0].is_least else max(shares))


def _least_amount(number: int, limit: Limit, lines: Sequence[Line]) -> Vector:
    """The set that needs the smallest extra, common to all rows, with one free variable for it."""
    scale = max(float(np.abs(row.part).max()) for row in limit.rows) or 1.0
    own = [(np.r_[row.part / scale, -1.0], row.limit / scale) for row in limit.rows]
    found = program(np.r_[np.zeros(number), 1.0], [*_with_free(lines), *own], free=1)
    return np.round(found.x[:number])


def _least_share(number: int, limit: Limit, lines: Sequence[Line]) -> Vector:
    """The set of the smallest largest share (Dinkelbach 1967): each round asks for one below the last."""
    sign = -1.0 if limit.rows[0].is_least else 1.0
    scale = max(float(np.abs(row.whole).max()) for row in limit.rows if row.whole is not None) or 1.0
    ratio, best = (1.0 if sign > 0 else 0.0), np.zeros(number)
    for _ in range(MOST_ROUNDS):
        own = [
            (np.r_[(sign * row.part - ratio * row.whole) / scale, -1.0], 0.0)
            for row in limit.rows
            if row.whole is not None
        ]
        found = program(
            np.r_[np.zeros(number), 1.0], [*_with_free(lines), *own], free=1, least=-float(number) - 1
        )
        x = np.round(found.x[:number])
        following = max(sign * (row.reached(x) or 0.0) for row in limit.rows)
        if best.any() and following >= ratio - EXACT:
            break
        ratio, best = following, x
    return best


def _with_free(lines: Sequence[Line], free: int = 1) -> list[Line]:
    return [(np.r_[weights, np.zeros(free)], bound) for weights, bound in (scaled(line) for line in lines)]


def _together(candidates: Sequence[Candidate], limits: Sequence[Limit]) -> list[list[Wider]]:
    """As few rules as possible that let a set exist once relaxed together, by the smallest amount.

    For each rule a switch (1: relaxed) and for all an extra, in parts of what would make it void.
    """
    soft = [limit for limit in limits if limit.can_give]
    number, many = len(candidates), len(soft)
    lines: list[Line] = []
    for limit in limits:
        place = next((at for at, each in enumerate(soft) if each is limit), None)
        for row in limit.rows:
            weights, bound = scaled(row.line())
            switch, extra = np.zeros(many), np.zeros(many)
            void = max(float(weights[weights > 0].sum()) - bound, 0.0)
            if place is not None:
                extra[place] = -void
            lines.append((np.r_[weights, switch, extra], bound))
    for at in range(many):
        switch, extra = np.zeros(many), np.zeros(many)
        switch[at], extra[at] = -1.0, 1.0
        lines.append((np.r_[np.zeros(number), switch, extra], 0.0))
    counting = np.r_[np.zeros(number), np.ones(many), np.zeros(many)]
    found = program(counting, lines, free=many, most=1.0)
    if found is None:
        return []
    fewest = round(float(counting @ found.x))
    lines.append((counting, float(fewest)))
    amounts = np.r_[np.zeros(number + many), np.ones(many)]
    found = program(amounts, lines, free=many, most=1.0)
    x, switches = np.round(found.x[:number]), np.round(found.x[number : number + many])
    return [[_reached(limit, x) for limit, is_on in zip(soft, switches, strict=True) if is_on]]
