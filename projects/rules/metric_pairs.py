"""Metric pairs: what a model showed on old data beside what it shows where it is used."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from projects.rules import measurements
from projects.rules.facts import Obstacle
from projects.rules.measurements import LONGEST_NAME, NAME, Measurement

# Two or three tell whether a model holds what it promised.
MOST = 20
NUMBERS = ("gap", "baseline", "ceiling")


@dataclass(frozen=True, slots=True)
class MetricPair:
    """Two metrics that should agree, by the names of their measurements; None: nobody has said."""

    name: str
    offline: str
    online: str
    higher_is_better: bool = True
    gap: Decimal | None = None  # by how much online may be worse, in the unit of the metric
    baseline: Decimal | None = None  # what was reached without the model
    ceiling: Decimal | None = None  # what can be reached at best

    @property
    def stored(self) -> dict[str, Any]:
        """The form in which a project keeps it, under its name."""
        texts = {name: None if (said := getattr(self, name)) is None else _text(said) for name in NUMBERS}
        sides = {"offline": self.offline, "online": self.online}
        return {**sides, "higher_is_better": self.higher_is_better, **texts}


@dataclass(frozen=True, slots=True)
class Compared:
    """A pair with the newest measurements of both sides; None: not measured yet."""

    pair: MetricPair
    offline: Measurement | None
    online: Measurement | None

    @property
    def shortfall(self) -> Decimal | None:
        """By how much online is worse than offline; below nothing, it is better."""
        if self.offline is None or self.online is None:
            return None
        apart = self.offline.value - self.online.value
        return apart if self.pair.higher_is_better else -apart

    @property
    def is_too_far(self) -> bool:
        """Whether online falls short by more than was declared."""
        short, gap = self.shortfall, self.pair.gap
        return short is not None and gap is not None and short > gap

    @property
    def sentence(self) -> str:
        """What the two say of each other, in words."""
        if self.shortfall is None:
            lacks = [name for name, side in zip(SIDES, (self.offline, self.online), strict=True) if not side]
            return f"Not known: {' and '.join(lacks)} {'is' if len(lacks) == 1 else 'are'} not measured yet."
        apart = _apart(self.shortfall)
        if self.pair.gap is None:
            return f"Online is {apart}. Nobody has said which gap is all right."
        verdict = "more than" if self.is_too_far else "within"
        return f"Online is {apart}, {verdict} the gap of {_text(self.pair.gap)}."


SIDES = ("offline", "online")


def read(stored: Mapping[str, Mapping[str, Any]]) -> list[MetricPair]:
    """What a project keeps, by name."""
    return [
        MetricPair(
            name,
            said["offline"],
            said["online"],
            said["higher_is_better"],
            *(None if said.get(number) is None else Decimal(said[number]) for number in NUMBERS),
        )
        for name, said in sorted(stored.items())
    ]


def compare(
    stored: Mapping[str, Mapping[str, Any]], measured: Mapping[str, Mapping[str, Any]]
) -> list[Compared]:
    """Each pair beside the newest measurements of a project."""
    found = {each.metric: each for each in measurements.read(measured)}
    return [Compared(pair, found.get(pair.offline), found.get(pair.online)) for pair in read(stored)]


def obstacles(pair: MetricPair, others: int) -> list[Obstacle]:
    """Everything that keeps a pair from being declared; `others` is how many the project has beside it."""
    found = [
        Obstacle("metric_name", f"“{said[:40]}” is no name of a {noun}.", NAMES, field)
        for field, noun, said in (
            ("name", "pair", pair.name),
            ("offline", "metric", pair.offline),
            ("online", "metric", pair.online),
        )
        if not NAME.fullmatch(said) or len(said) > LONGEST_NAME
    ]
    if pair.offline == pair.online:
        remedy = "Post what is measured in use under a name of its own."
        found.append(Obstacle("same_metric", "This is the same metric twice.", remedy, "online"))
    for number in NUMBERS:
        value = getattr(pair, number)
        if value is not None:
            found += measurements.value_obstacles(value, number)
    if pair.gap is not None and pair.gap.is_finite() and pair.gap < 0:
        remedy = "Say by how much online may be worse, such as 0.05."
        found.append(Obstacle("negative_gap", "A gap is not below nothing.", remedy, "gap"))
    if others >= MOST:
        remedy = "Remove one that nobody needs."
        found.append(Obstacle("too_many", f"A project has at most {MOST} metric pairs.", remedy, "name"))
    return found


NAMES = f"Use small letters, digits and _, at most {LONGEST_NAME}, such as recall_live."


def _apart(shortfall: Decimal) -> str:
    if not shortfall:
        return "as good"
    return f"{_text(abs(shortfall))} {'worse' if shortfall > 0 else 'better'}"


def _text(value: Decimal) -> str:
    return measurements.number(value)
