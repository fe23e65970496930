"""What a recommendation looks at, and what it is made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portfolio.insights.rules.entries import Entry, Picture

# Shares of fewer projects say nothing, and a gap counts from five points or one project on (our choice).
LEAST_PROJECTS, LEAST_GAP = 8, 0.05
# An address holds so many switches, and nobody reads more reasons; `keys` name every project.
MOST_CHANGES, TOLD = 40, 60
WORK = {"effort": "of the people at work", "cost": "of the remaining cost", "count": "of the projects"}


@dataclass(frozen=True, slots=True)
class Basis:
    """What the rules look at."""

    picture: Picture
    found: Mapping[str, Any]  # the balance so far
    questions: Mapping[str, str]  # project key -> the open critical question that is cheapest to answer

    @property
    def n(self) -> int:
        return int(self.found["n"])

    @property
    def measure(self) -> str:
        return str(self.found["measure"])

    def gap(self, quadrant: str, measure: str) -> float | None:
        """The gap of a quadrant where it counts, else None."""
        gaps = self.found["gaps"][measure]
        if gaps is None or self.n < LEAST_PROJECTS:
            return None
        gap = float(gaps[quadrant])
        return gap if round(abs(gap), 9) >= least_gap(self.n) else None

    def inside(self, quadrant: str) -> list[Entry]:
        return [entry for entry in self.picture.in_scope if entry.quadrant == quadrant]


def least_gap(n: int) -> float:
    """The smallest gap in shares that counts among n projects."""
    return max(LEAST_GAP, 1 / n)


Advice = dict[str, Any]
Rule = Callable[[Basis], Advice | None]


def build(
    title: str,
    why: str,
    numbers: dict[str, Any],
    projects: Sequence[tuple[Entry, str]],
    *,
    changes: Sequence[dict[str, Any]] = (),
) -> Advice:
    """A recommendation: projects each with what is said of them."""
    return {
        "title": title,
        "why": why,
        "numbers": numbers,
        "keys": [entry.key for entry, _ in projects],
        "projects": [{"key": entry.key, "name": entry.name, "why": said} for entry, said in projects[:TOLD]],
        "changes": list(changes)[:MOST_CHANGES],
    }


def planned(share: float) -> str:
    """What a target says, in words."""
    return f"{percent(share)}% {'was' if percent(share) == 1 else 'were'} planned"


def percent(share: float) -> int:
    """A share as people read it."""
    return round(100 * round(share, 6))


def of_work(basis: Basis) -> str:
    """What the shares of the page are shares of, in words."""
    return WORK[basis.measure]


def count(n: int, one: str, many: str = "") -> str:
    """A number with its noun."""
    return f"{n} {one if n == 1 else many or one + 's'}"


def chance(entry: Entry) -> str:
    """How likely a project is to launch, in words."""
    return "chance not known" if entry.p is None else f"{percent(entry.p)}% likely to launch"


def place(entry: Entry) -> str:
    """Where a project lies, in words."""
    if entry.risk is None or entry.impact is None:
        return "not scored yet"
    return f"risk {entry.risk:.0f}, impact {entry.impact:.0f}"


def score(entry: Entry, code: str) -> str:
    """The score of a pitfall, in words."""
    score = entry.pitfalls.get(code)
    return "not known" if score is None else f"{score:.0f}"
