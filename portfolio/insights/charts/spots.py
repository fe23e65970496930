"""What the matrix draws, in numbers: its spots, its fields, its load; no geometry yet."""

from collections.abc import Mapping
from dataclasses import dataclass

from portfolio.insights.charts.mixes import NAMES
from portfolio.insights.rules.entries import QUADRANTS

# A share this many points over its target is marked.
OVER = 0.10


@dataclass(frozen=True, slots=True)
class Spot:
    """One project: its values on both axes, and the amount that its area shows (None: not known)."""

    key: str
    name: str
    x: float
    y: float
    amount: float | None = None
    health: str = "unknown"
    quadrant: str = ""
    has_gap: bool = False
    is_selected: bool = False
    unknown: float | None = None  # points of x that open questions add
    trail: tuple[tuple[float, float], ...] = ()
    words: str = ""
    number: int = 0  # in the list below a small drawing

    @property
    def is_exception(self) -> bool:
        """What stands out of a crowd by name."""
        return self.is_selected or self.has_gap or self.health == "off_track"

    @property
    def rank(self) -> float:
        """Whose name is kept where there is no room for all: the chosen, then exceptions, then the large."""
        raised = self.has_gap + (self.health == "off_track")
        return 1e15 * self.is_selected + 1e12 * raised + (self.amount or 0)


@dataclass(frozen=True, slots=True)
class Field:
    """One quadrant in numbers; shares from 0 to 1, None: not known or not planned."""

    code: str
    count: int
    share: float | None = None
    target: float | None = None

    @property
    def name(self) -> str:
        return NAMES[self.code]

    @property
    def is_over(self) -> bool:
        if self.share is None or self.target is None:
            return False
        return round(self.share - self.target, 9) >= OVER

    @property
    def projects(self) -> str:
        return f"{self.count} {'project' if self.count == 1 else 'projects'}"

    def words(self, unit: str) -> str:
        """Its line below its name."""
        return ", ".join(part for part in (self.projects, self.share_words(unit)) if part)

    def share_words(self, unit: str) -> str:
        """Its share against what was planned."""
        said = "" if self.share is None else f"{percent(self.share)} of {unit}"
        if self.target is not None and said:
            said += f", target {percent(self.target)}"
        return said

    def short_words(self) -> str:
        """The same where there is little room."""
        said = "" if self.share is None else percent(self.share)
        return f"{said}, target {percent(self.target)}" if self.target is not None and said else said


@dataclass(frozen=True, slots=True)
class Load:
    """The share of the work at or above the load line, against its limit; None: not known."""

    share: float | None
    limit: float
    line: float
    unit: str = "effort"

    @property
    def is_over(self) -> bool:
        return self.share is not None and self.share > self.limit

    @property
    def share_words(self) -> str:
        return "not known" if self.share is None else percent(self.share)

    @property
    def limit_words(self) -> str:
        return percent(self.limit)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a crowd: its middle on both axes, how many projects, and the range that it stands for."""

    x: float
    y: float
    count: int
    median: float | None = None
    query: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that one drawing shows; `unit` says what areas and shares are of."""

    title: str
    words: str
    spots: tuple[Spot, ...] = ()
    cells: tuple[Cell, ...] = ()
    fields: tuple[Field, ...] = ()
    load: Load | None = None
    unit: str = "effort"
    size: str = "effort"
    with_unknowns: bool = False
    most: float | None = None  # the amount of the largest bubble; of the spots where it is not given


def fields(
    counts: Mapping[str, int],
    amounts: Mapping[str, float] | None,
    target: Mapping[str, float] | None,
) -> tuple[Field, ...]:
    """The four quadrants from what lies in each; amounts or target None: not known, not planned."""
    total = sum(amounts.values()) if amounts else 0
    return tuple(
        Field(
            code,
            counts.get(code, 0),
            amounts.get(code, 0) / total if amounts and total else None,
            target.get(code) if target else None,
        )
        for code in QUADRANTS
    )


def percent(share: float) -> str:
    """A share as people read it."""
    return f"{100 * share:.0f}%"
