"""Metric pairs: what a model showed on old data beside what it shows where it is used.

Of one metric that is observed in both places, the project keeps both values among its measurements, as
recall@offline and recall@online; two metrics stand there under their own names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from projects.rules import measurements
from projects.rules.facts import Obstacle, PairStanding
from projects.rules.measurements import LONGEST_NAME, NAME, Measurement

# Two or three tell whether a model holds what it promised.
MOST = 20
NUMBERS = ("gap", "baseline", "ceiling")
TICKS = ("gap_is_share", "by_segment")
SIDES = ("offline", "online")
TOLD_DIGITS = 6


@dataclass(frozen=True, slots=True)
class MetricPair:
    """One metric offline and online, or two that should agree; None: nobody has said."""

    name: str
    offline: str
    online: str
    higher_is_better: bool = True
    gap: Decimal | None = None  # by how much online may be worse
    baseline: Decimal | None = None  # what was reached without the model
    ceiling: Decimal | None = None  # what can be reached at best
    gap_is_share: bool = False  # a part of the value offline, and not in the unit of the metric
    by_segment: bool = False  # each part of the users has to keep the gap as well

    @property
    def stored(self) -> dict[str, Any]:
        """The form in which a project keeps it, under its name; what is usual is left out."""
        texts = {name: None if (said := getattr(self, name)) is None else _text(said) for name in NUMBERS}
        sides = {"offline": self.offline, "online": self.online}
        ticks = {name: True for name in TICKS if getattr(self, name)}
        return {**sides, "higher_is_better": self.higher_is_better, **texts, **ticks}

    @property
    def sides(self) -> dict[str, str]:
        """Under which names the values of both sides stand among the measurements of a project."""
        if self.offline == self.online:
            return {side: f"{self.offline}@{side}" for side in SIDES}
        return {"offline": self.offline, "online": self.online}


@dataclass(frozen=True, slots=True)
class Compared:
    """A pair with the newest measurements of both sides; None: not measured yet."""

    pair: MetricPair
    offline: Measurement | None
    online: Measurement | None
    segment: str = ""
    parts: tuple["Compared", ...] = ()

    @property
    def shortfall(self) -> Decimal | None:
        """By how much online is worse than offline; below nothing, it is better."""
        if self.offline is None or self.online is None:
            return None
        apart = self.offline.value - self.online.value
        return apart if self.pair.higher_is_better else -apart

    @property
    def allowed(self) -> Decimal | None:
        """The gap that is all right, in the unit of the metric."""
        if self.pair.gap is None or not self.pair.gap_is_share:
            return self.pair.gap
        return None if self.offline is None else self.pair.gap * abs(self.offline.value)

    @property
    def is_too_far(self) -> bool:
        """Whether online falls short by more than was declared."""
        short, gap = self.shortfall, self.allowed
        return short is not None and gap is not None and short > gap

    @property
    def standing(self) -> PairStanding:
        """What a gate looks at: all users, and each part of them that is compared, keep the gap."""
        if self.offline is None or self.online is None or self.allowed is None:
            return PairStanding(None, self.sentence)
        older = min(self.offline.measured_on, self.online.measured_on)
        return PairStanding(not any(each.is_too_far for each in (self, *self.parts)), self.sentence, older)

    @property
    def sentence(self) -> str:
        """What the two say of each other, in words."""
        if self.shortfall is None:
            lacks = [name for name, side in zip(SIDES, (self.offline, self.online), strict=True) if not side]
            return f"Not known: {' and '.join(lacks)} {'is' if len(lacks) == 1 else 'are'} not measured yet."
        apart = _apart(self.shortfall)
        if self.allowed is None:
            return f"Online is {apart}. Nobody has said which gap is all right."
        verdict = "more than" if self.is_too_far else "within"
        return f"Online is {apart}, {verdict} the gap of {_read(self.allowed)}.{self._parts_sentence}"

    @property
    def _parts_sentence(self) -> str:
        far = [part.segment for part in self.parts if part.is_too_far]
        return f" Too far in {', '.join(far[:3])}{' and more' if len(far) > 3 else ''}." if far else ""


def read(stored: Mapping[str, Mapping[str, Any]]) -> list[MetricPair]:
    """What a project keeps, by name."""
    return [_pair(name, said) for name, said in sorted(stored.items())]


def _pair(name: str, said: Mapping[str, Any]) -> MetricPair:
    gap, baseline, ceiling = (None if (of := said.get(each)) is None else Decimal(of) for each in NUMBERS)
    gap_is_share, by_segment = (bool(said.get(tick)) for tick in TICKS)
    return MetricPair(
        name,
        said["offline"],
        said["online"],
        said["higher_is_better"],
        gap,
        baseline,
        ceiling,
        gap_is_share,
        by_segment,
    )


def compare(
    stored: Mapping[str, Mapping[str, Any]], measured: Mapping[str, Mapping[str, Any]]
) -> list[Compared]:
    """Each pair beside the newest measurements of a project."""
    return [_compared(pair, measured) for pair in read(stored)]


def _compared(pair: MetricPair, measured: Mapping[str, Mapping[str, Any]]) -> Compared:
    offline, online = (measured.get(name) or {} for name in pair.sides.values())
    parts: tuple[Compared, ...] = ()
    if pair.by_segment:
        old, used = (each.get("parts", {}) for each in (offline, online))
        parts = tuple(
            Compared(pair, _side(pair, old[segment]), _side(pair, used[segment]), segment)
            for segment in sorted(old.keys() & used.keys())
        )
    return Compared(pair, _side(pair, offline), _side(pair, online), "", parts)


def _side(pair: MetricPair, said: Mapping[str, Any] | None) -> Measurement | None:
    return measurements.read({pair.name: said})[0] if said else None


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
    return f"{_read(abs(shortfall))} {'worse' if shortfall > 0 else 'better'}"


def _text(value: Decimal) -> str:
    return measurements.number(value)


def _read(value: Decimal) -> str:
    """A number in a sentence: what was calculated has more digits than anybody reads."""
    places = TOLD_DIGITS - 1 - value.adjusted()
    return _text(round(value, max(places, 0))) if value else "0"
