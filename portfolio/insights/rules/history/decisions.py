"""Decisions to stop and to hold: what they freed, how long they took, and which pitfall decided how often."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import median

from portfolio.insights.rules.forecast import shrinkage
from portfolio.insights.rules.forecast.shrinkage import Share
from projects.rules.names import fold

# Which pitfall stands behind a reason that workflows offer, where nobody has said otherwise.
PITFALL_OF = {
    "wrong_problem": "P1",
    "data_quality": "P2",
    "model_to_product": "P3",
    "offline_online": "P4",
    "non_technical": "P5",
}
KINDS = {"stop": "Stopped", "hold": "Put on hold", "retire": "Retired"}
# Stops that no pitfall decided: strategy, budget, regulation, a duplicate, something else.
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Lesson:
    """What somebody wrote down afterwards."""

    happened: str
    lesson: str
    team_effect: str = ""
    pitfall: str = ""
    sunk_cost: Decimal | None = None
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision about one project; amounts in the portfolio's currency, None: not known."""

    id: int
    kind: str  # of KINDS
    at: datetime
    key: str
    name: str
    unit: str
    stage: str
    standard: str
    by: str
    reason: str  # its label
    note: str
    days: int  # since the project was added
    pitfall: str = ""  # the one that decided; empty: none
    people: Decimal | None = None
    cost: Decimal | None = None
    lessons: tuple[Lesson, ...] = ()
    is_generated: bool = False
    is_over: bool = False  # a hold that has been resumed, a stop that was taken back

    @property
    def label(self) -> str:
        return KINDS[self.kind]

    @property
    def sunk_cost(self) -> Decimal | None:
        """What was spent, as far as somebody wrote it down."""
        return next((each.sunk_cost for each in self.lessons if each.sunk_cost is not None), None)

    def says(self, words: Sequence[str]) -> bool:
        """Whether every one of these folded words occurs in what was said of it."""
        texts = [self.key, self.name, self.unit, self.reason, self.note]
        for each in self.lessons:
            texts += [each.happened, each.lesson, each.team_effect]
        text = fold(" ".join(texts))
        return all(word in text for word in words)


@dataclass(frozen=True, slots=True)
class Totals:
    """What a list of decisions amounts to; sums of what is known, with how many know it."""

    n: int
    stopped: int
    held: int
    retired: int
    generated: int
    days: float | None  # median, from entry to a stop
    people: Decimal
    people_known: int
    cost: Decimal
    cost_known: int
    sunk: Decimal
    sunk_known: int
    with_lesson: int


def totals(decisions: Sequence[Decision]) -> Totals:
    """Figures of a list of decisions; what a hold frees counts while it lasts."""
    freed = [each for each in decisions if each.kind != "retire" and not each.is_over]
    stops = [each for each in decisions if each.kind == "stop"]
    people = [each.people for each in freed if each.people is not None]
    cost = [each.cost for each in freed if each.cost is not None]
    sunk = [each.sunk_cost for each in decisions if each.sunk_cost is not None]
    return Totals(
        n=len(decisions),
        stopped=len(stops),
        held=sum(each.kind == "hold" for each in decisions),
        retired=sum(each.kind == "retire" for each in decisions),
        generated=sum(each.is_generated for each in decisions),
        days=median(each.days for each in stops) if stops else None,
        people=sum(people, Decimal()),
        people_known=len(people),
        cost=sum(cost, Decimal()),
        cost_known=len(cost),
        sunk=sum(sunk, Decimal()),
        sunk_known=len(sunk),
        with_lesson=sum(bool(each.lessons) for each in decisions),
    )


def base_rates(decisions: Iterable[Decision], pitfalls: Mapping[str, str]) -> list[tuple[str, Share]]:
    """How often each pitfall decided a stop, and how often none did.

    Drawn towards an equal part for each: with three stops nobody knows what is usual. Code and share;
    `pitfalls`: code -> label, in their order.
    """
    stops = [each for each in decisions if each.kind == "stop"]
    codes = [*pitfalls, OTHER]
    usual = 1 / len(codes)
    found = [each.pitfall if each.pitfall in pitfalls else OTHER for each in stops]
    return [(code, shrinkage.shrink(found.count(code), len(stops), usual)) for code in codes]
