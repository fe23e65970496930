"""What a set of projects has to respect: budgets, people, shares, bonds; each as rows of one linear shape."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
QUADRANT_WORDS = {
    "quick_win": "quick wins",
    "big_bet": "big bets",
    "fill_in": "fill-ins",
    "reconsider": "reconsider projects",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project that can be chosen; amounts in one currency, `gain` and `variance` over the whole horizon."""

    key: str
    gain: float  # risk-adjusted value: what is expected of it, less what it still costs
    variance: float  # p(1 - p)(V·H)²: of what it brings
    cost: float
    quadrant: str = ""
    unit: str = ""
    fte: float = 0.0
    spend: Mapping[str, float] = field(default_factory=dict)  # period -> its part of the cost
    demand: Mapping[tuple[str, str], float] = field(default_factory=dict)  # (kind of work, period) -> FTE
    starts_in: str = ""  # quarter; empty: it is under way


@dataclass(frozen=True, slots=True)
class Asked:
    """What the best set has to respect; shares of spend from 0 to 1, None and empty: no such limit."""

    budget: float | None = None
    budgets: Mapping[str, float] = field(default_factory=dict)  # period -> amount
    people: float | None = None  # full-time people, all kinds of work together
    supply: Mapping[str, Mapping[str, float]] = field(default_factory=dict)  # kind of work -> period -> FTE
    most: Mapping[str, float] = field(default_factory=dict)  # quadrant -> largest share
    least: Mapping[str, float] = field(default_factory=dict)  # quadrant -> smallest share
    unit_cap: float | None = None
    mandatory: Mapping[str, str] = field(default_factory=dict)  # key -> what demands it
    either_or: Sequence[tuple[str, str]] = ()
    needs: Sequence[tuple[str, str]] = ()  # the first is worth nothing without the second
    starts: int | None = None  # new projects in a quarter
    barred: Mapping[str, str] = field(default_factory=dict)  # key -> why it may not be funded
    caution: float = 0.0  # lambda: what one unit of variance costs


@dataclass(frozen=True, slots=True)
class Row:
    """`part`·x stays within `limit`, or within `limit` times `whole`·x; `is_least`: at or above it."""

    name: str
    part: Vector
    limit: float
    whole: Vector | None = None
    is_least: bool = False

    def line(self) -> tuple[Vector, float]:
        """The same as a·x ≤ b."""
        sign = -1.0 if self.is_least else 1.0
        if self.whole is None:
            return sign * self.part, sign * self.limit
        return sign * (self.part - self.limit * self.whole), 0.0

    def reached(self, x: Vector) -> float | None:
        """What a choice comes to, to be held against the limit; None: a share of nothing."""
        if self.whole is None:
            return float(self.part @ x)
        whole = float(self.whole @ x)
        return float(self.part @ x) / whole if whole > 0 else None


@dataclass(frozen=True, slots=True)
class Limit:
    """One rule as people set it; several rows where it holds for every month, unit or quarter."""

    code: str  # unique within a question
    label: str
    kind: str  # money, people, share, starts, bond, mandatory or barred
    rows: tuple[Row, ...]

    @property
    def is_share(self) -> bool:
        return self.kind == "share"

    @property
    def is_whole(self) -> bool:
        """Whether it holds or does not, and cannot be widened by an amount."""
        return self.kind in ("bond", "mandatory", "barred")

    @property
    def can_give(self) -> bool:
        """Whether people may relax it: nobody may fund what compliance forbids."""
        return self.kind != "barred"


def of(candidates: Sequence[Candidate], asked: Asked) -> tuple[Limit, ...]:
    """Every rule that is set, as rows over the candidates in their order."""
    found = (
        *_budgets(candidates, asked),
        *_people(candidates, asked),
        *_shares(candidates, asked),
        *_bonds(candidates, asked),
        *_starts(candidates, asked),
    )
    return tuple(limit for limit in found if limit.rows)


def _budgets(candidates: Sequence[Candidate], asked: Asked) -> list[Limit]:
    found: list[Limit] = []
    if asked.budget is not None:
        costs = np.array([each.cost for each in candidates], dtype=float)
        found.append(Limit("budget", "Budget", "money", (Row("", costs, asked.budget),)))
    for period, amount in asked.budgets.items():
        costs = np.array([each.spend.get(period, 0.0) for each in candidates], dtype=float)
        found.append(Limit(f"budget:{period}", f"Budget {period}", "money", (Row("", costs, amount),)))
    return found


def _people(candidates: Sequence[Candidate], asked: Asked) -> list[Limit]:
    found: list[Limit] = []
    if asked.people is not None:
        fte = np.array([each.fte for each in candidates], dtype=float)
        found.append(Limit("people", "People at work", "people", (Row("", fte, asked.people),)))
    for name, supply in asked.supply.items():
        rows = tuple(
            Row(period, part, fte)
            for period, fte in supply.items()
            if (part := np.array([each.demand.get((name, period), 0.0) for each in candidates])).any()
        )
        found.append(Limit(f"capacity:{name}", f"Capacity: {name}", "people", rows))
    return found


def _shares(candidates: Sequence[Candidate], asked: Asked) -> list[Limit]:
    costs = np.array([each.cost for each in candidates], dtype=float)

    def row(name: str, inside: list[bool], share: float, *, is_least: bool) -> Row:
        return Row(name, costs * np.array(inside, dtype=float), share, costs, is_least)

    found: list[Limit] = []
    for code, words in QUADRANT_WORDS.items():
        inside = [each.quadrant == code for each in candidates]
        for side, shares, is_least in (("most", asked.most, False), ("least", asked.least, True)):
            if code in shares:
                label = f"{words.capitalize()}, {side} of spend"
                only = row("", inside, shares[code], is_least=is_least)
                found.append(Limit(f"{side}:{code}", label, "share", (only,)))
    if asked.unit_cap is not None:
        rows = tuple(
            row(unit, [each.unit == unit for each in candidates], asked.unit_cap, is_least=False)
            for unit in sorted({each.unit for each in candidates if each.unit})
        )
        found.append(Limit("unit", "One business unit, most of spend", "share", rows))
    return found


def _bonds(candidates: Sequence[Candidate], asked: Asked) -> list[Limit]:
    place = {each.key: number for number, each in enumerate(candidates)}

    def limit(code: str, label: str, kind: str, weights: Mapping[str, float], bound: float) -> list[Limit]:
        """Of projects that are all candidates; a bond to one that is none is not for the program."""
        if not weights.keys() <= place.keys():
            return []
        part = np.zeros(len(candidates))
        for key, weight in weights.items():
            part[place[key]] = weight
        return [Limit(code, label, kind, (Row("", part, bound, is_least=kind == "mandatory"),))]

    found = []
    for key, why in asked.mandatory.items():
        label = f"{key} has to be done: {why}"
        found += limit(f"mandatory:{key}", label, "mandatory", {key: 1.0}, 1.0)
    for key, other in asked.either_or:
        label = f"Either {key} or {other}"
        found += limit(f"either_or:{key}:{other}", label, "bond", {key: 1.0, other: 1.0}, 1.0)
    for key, other in asked.needs:
        found += limit(f"needs:{key}:{other}", f"{key} needs {other}", "bond", {key: 1.0, other: -1.0}, 0.0)
    for key, why in asked.barred.items():
        found += limit(f"barred:{key}", f"{key} cannot be chosen: {why}", "barred", {key: 1.0}, 0.0)
    return found


def _starts(candidates: Sequence[Candidate], asked: Asked) -> list[Limit]:
    if asked.starts is None:
        return []
    rows = tuple(
        Row(quarter, np.array([float(each.starts_in == quarter) for each in candidates]), float(asked.starts))
        for quarter in sorted({each.starts_in for each in candidates if each.starts_in})
    )
    return [Limit("starts", "New projects in a quarter", "starts", rows)]
