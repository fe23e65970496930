"""Mixes of the four quadrants as stacked bars, one under the other: actual, what if, target."""

from collections.abc import Mapping
from dataclasses import dataclass

from portfolio.insights.rules.entries import QUADRANTS

# As groups of projects are called.
NAMES = {"quick_win": "Quick wins", "big_bet": "Big bets", "fill_in": "Fill-ins", "reconsider": "Reconsider"}
# The smallest share, in percent, whose number fits inside its part of a bar on a phone.
LEAST_WITH_NUMBER = 8


@dataclass(frozen=True, slots=True)
class Part:
    """One quadrant of a bar; places and widths in percent of it."""

    code: str
    label: str
    x: float
    width: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)

    @property
    def number(self) -> str:
        """What stands in it; empty where it is too narrow."""
        return f"{self.width:.0f}%" if self.width >= LEAST_WITH_NUMBER else ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One mix: its name, its parts from the left, and the sentence for those who do not see it."""

    name: str
    parts: tuple[Part, ...]

    @property
    def words(self) -> str:
        parts = ", ".join(f"{part.label} {part.width:.0f} percent" for part in self.parts)
        return f"{self.name}: {parts or 'not known'}"


def bar(
    name: str, shares: Mapping[str, float | None] | None, labels: Mapping[str, str] = NAMES, whole: float = 1
) -> Bar:
    """A bar of shares out of `whole` (1, or 100 for percent); one that is not known has no parts."""
    parts, x = [], 0.0
    for code in QUADRANTS:
        width = 100 * ((shares or {}).get(code) or 0) / whole
        if width > 0:
            parts.append(Part(code, labels[code], round(x, 2), round(width, 2)))
        x += width
    return Bar(name, tuple(parts))
