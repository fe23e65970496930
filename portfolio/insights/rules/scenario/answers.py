"""What the optimiser answers: the set, why not the others, what limits it, what its rules cost."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import TypeVar

from portfolio.insights.rules.scenario import choosing, relaxing
from portfolio.insights.rules.scenario.choosing import Chosen, Price, Slack
from portfolio.insights.rules.scenario.limits import Asked, Candidate
from portfolio.insights.rules.scenario.relaxing import Relief
from portfolio.insights.rules.scenario.solving import Unfinished

# A page is waited for; what is not answered by then is left out and said so.
MOST_SECONDS = 8.0
# So many projects are tried one by one for what taking them in would cost.
MOST_TRIED = 40
BUDGETS, CAUTIONS = 12, 9
Point = tuple[float, Chosen | None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Left:
    """A project that was not chosen; `instead`: the best set with it, where it was looked for."""

    key: str
    code: str  # barred, loses, fits_nowhere, displaces or untried
    why: str = ""
    loss: float | None = None  # how much less the best set with it is worth
    instead: Chosen | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """All of it; without a set only the reliefs."""

    chosen: Chosen | None
    left: tuple[Left, ...] = ()
    slacks: tuple[Slack, ...] = ()
    prices: tuple[Price, ...] = ()
    ties: tuple[Chosen, ...] = ()
    reliefs: tuple[Relief, ...] = ()
    is_unfinished: bool = False  # no set was found in the time allowed, which proves nothing
    is_cut: bool = False  # something was left out for want of time


@dataclass(frozen=True, slots=True)
class Frontiers:
    """What each budget buys, and what is chosen the more risk costs."""

    budgets: tuple[Point, ...]
    cautions: tuple[Point, ...]


class Patience:
    """Time that several questions share."""

    def __init__(self, seconds: float = MOST_SECONDS) -> None:
        self._until = monotonic() + seconds
        self.is_over = False

    def ask(self, question: Callable[[], T], otherwise: T) -> T:
        """The answer, or what stands for it once the time is over."""
        if self.is_over or monotonic() > self._until:
            self.is_over = True
            return otherwise
        try:
            return question()
        except Unfinished:
            self.is_over = True
            return otherwise


def of(candidates: Sequence[Candidate], asked: Asked, seconds: float = MOST_SECONDS) -> Answer:
    """Answer a question with everything that people ask next."""
    patience = Patience(seconds)
    try:
        chosen = choosing.best(candidates, asked)
    except Unfinished:
        return Answer(None, is_unfinished=True)
    if chosen is None:
        found: list[Relief] = patience.ask(partial(relaxing.reliefs, candidates, asked), [])
        return Answer(None, reliefs=tuple(found), is_cut=patience.is_over)
    prices: list[Price] = patience.ask(partial(choosing.prices, candidates, asked, chosen), [])
    ties: list[Chosen] = patience.ask(partial(choosing.near_ties, candidates, asked, chosen), [])
    left = tuple(_left(candidates, asked, chosen, patience))
    slacks = tuple(choosing.slacks(candidates, asked, chosen))
    return Answer(chosen, left, slacks, tuple(prices), tuple(ties), is_cut=patience.is_over)


def _left(
    candidates: Sequence[Candidate], asked: Asked, chosen: Chosen, patience: Patience
) -> Iterator[Left]:
    """Those not chosen, the most valuable first: why, and what it would cost to take each in."""
    keys = set(chosen.keys)
    others = sorted(
        (each for each in candidates if each.key not in keys), key=lambda each: (-each.gain, each.key)
    )
    tried = 0
    for each in others:
        if each.key in asked.barred:
            yield Left(each.key, "barred", asked.barred[each.key])
            continue
        code = "loses" if each.gain - asked.caution * each.variance <= 0 else "displaces"
        if tried >= MOST_TRIED:
            yield Left(each.key, "loses" if code == "loses" else "untried")
            continue
        tried += 1
        instead = patience.ask(partial(choosing.forced, candidates, asked, each.key), None)
        if patience.is_over:
            yield Left(each.key, "loses" if code == "loses" else "untried")
        elif instead is None:
            yield Left(each.key, "fits_nowhere")
        else:
            yield Left(each.key, code, loss=chosen.worth - instead.worth, instead=instead)


def frontiers(candidates: Sequence[Candidate], asked: Asked, seconds: float = MOST_SECONDS) -> Frontiers:
    """Both frontiers over grids that contain what was asked for, as far as the time goes."""
    patience = Patience(seconds)
    budgets: list[Point] = []
    for budget in budget_grid(candidates, asked):
        budgets += patience.ask(partial(choosing.over_budgets, candidates, asked, [budget]), [])
    cautions: list[Point] = []
    for caution in caution_grid(candidates, asked):
        cautions += patience.ask(partial(choosing.over_cautions, candidates, asked, [caution]), [])
    return Frontiers(tuple(budgets), tuple(cautions))


def budget_grid(candidates: Sequence[Candidate], asked: Asked) -> list[float]:
    """Budgets from a part of what everything costs to the whole of it, and the one asked for."""
    total = sum(each.cost for each in candidates)
    if total <= 0:
        return []
    found = {_round(total * step / BUDGETS) for step in range(1, BUDGETS)} | {total}
    return sorted(found | ({asked.budget} if asked.budget is not None else set()))


def caution_grid(candidates: Sequence[Candidate], asked: Asked) -> list[float]:
    """Prices of risk between none and that at which no project is worth its own; and the one asked for."""
    turning = sorted(each.gain / each.variance for each in candidates if each.gain > 0 and each.variance > 0)
    found = {0.0, asked.caution}
    if turning:
        low, high = turning[0], turning[-1]
        steps = CAUTIONS - 1
        found |= {_round(low * (high / low) ** (step / steps)) for step in range(steps + 1)}
    return sorted(found)


def _round(number: float) -> float:
    """Two figures are enough for a grid, and can be read."""
    return float(f"{number:.2g}")
