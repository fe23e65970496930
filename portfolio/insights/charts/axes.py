"""The two axes of the matrix: what can stand on them, their range, their line and the values they name."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from portfolio.insights.rules.entries import Frame
from portfolio.insights.rules.matrix.readings import IMPACT, PROBABILITY, RISK, VALUE
from projects.templatetags.amounts import amount

FULL_RANGE = (0.0, 100.0)
# Values named on an axis of points, in a large and in a small drawing; the line names its own.
TICKS, FEW_TICKS = (20, 40, 60, 80), (25, 75)
STEPS = (1, 2, 5, 10, 20, 25, 50)


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: `low` and `high` in its own unit, logarithms of it where `is_money`."""

    code: str
    title: str
    short: str
    low: float = FULL_RANGE[0]
    high: float = FULL_RANGE[1]
    line: float | None = None
    is_money: bool = False

    @property
    def is_whole(self) -> bool:
        return (self.low, self.high) == FULL_RANGE

    def at(self, value: float) -> float:
        """Where a value stands, from 0 at the low end to 1 at the high end."""
        place = math.log10(max(value, 1)) if self.is_money else value
        return (place - self.low) / (self.high - self.low)

    def holds(self, value: float) -> bool:
        """Whether a value lies within what is shown."""
        return 0 <= round(self.at(value), 9) <= 1

    def narrowed(self, low: float, high: float) -> "Axis":
        """The same axis over a part of its range."""
        return replace(self, low=low, high=high)

    def ticks(self, *, few: bool = False) -> list[tuple[float, str]]:
        """Values to name and their words."""
        if self.is_money:
            powers = range(math.ceil(self.low), math.floor(self.high) + 1)
            return [(10.0**power, amount(10.0**power).replace(" ", "")) for power in powers]
        if self.is_whole:
            return [(float(value), str(value)) for value in (FEW_TICKS if few else TICKS)]
        step = next((each for each in STEPS if (self.high - self.low) / each <= (3 if few else 6)), STEPS[-1])
        first = math.ceil(self.low / step)
        values = range(first, math.floor(self.high / step) + 1)
        return [(float(value * step), str(value * step)) for value in values]


def across(code: str, frame: Frame, pitfalls: Mapping[str, str]) -> Axis:
    """The axis from left to right; what is not known is the risk."""
    if code == PROBABILITY:
        return Axis(PROBABILITY, "Chance of reaching production, percent →", "Chance →")
    if code in pitfalls:
        return Axis(code, f"{pitfalls[code]}: score of the pitfall →", f"{code} →")
    line = float(frame.risk_line)
    return Axis(RISK, "Risk of not reaching production →", "Risk →", line=line)


def up(code: str, frame: Frame, powers: tuple[float, float] = (3, 6)) -> Axis:
    """The axis from bottom to top; what is not known is the impact. `powers` of ten: the range of money."""
    if code != VALUE:
        return Axis(IMPACT, "Business impact →", "Impact →", line=float(frame.impact_line))
    title = f"Value a year, {frame.currency} →"
    return Axis(VALUE, title, "Value →", low=powers[0], high=powers[1], is_money=True)
