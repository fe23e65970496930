"""A portfolio on one day, as every figure of this package sees it: its settings and its projects."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from projects.rules.quadrants import LABELS

QUADRANTS = ("quick_win", "big_bet", "fill_in", "reconsider")
# What effort can be measured by; unless one is asked for, the first that every project in scope knows.
MEASURES = ("effort", "cost", "count")


@dataclass(frozen=True, slots=True)
class Entry:
    """One project on that day. None: not known, which is never zero."""

    id: int
    key: str
    name: str
    unit: str = ""
    unit_id: int | None = None
    top_unit: str = ""
    owner: str = ""
    owner_id: int | None = None
    stage: str = ""  # code in its workflow
    stage_label: str = ""
    standard: str = ""  # standard stage code
    days_in_stage: int = 0
    typical_days: tuple[int, int, int] | None = None  # P50, P85, P95 of the workflow
    status: str = "active"
    outcome: str = "open"
    health: str = "unknown"
    flag_level: int = 0
    kind: str = ""
    tier: str = ""
    ai_act_class: str = ""
    risk: float | None = None
    impact: float | None = None
    p: float | None = None  # of reaching production
    confidence: float | None = None
    quadrant: str = ""  # one of QUADRANTS, "intake", "unassessed" or empty
    has_gap: bool = False
    is_borderline: bool = False
    is_unproven: bool = False
    pitfalls: Mapping[str, float | None] = field(default_factory=dict)
    unknown_points: float | None = None  # of the risk, that open questions add
    open_blockers: int = 0
    value: float | None = None  # a year, in the portfolio's currency
    effort: float | None = None  # full-time people at work
    cost: float | None = None  # still to be spent, in the portfolio's currency
    mandatory: str = ""
    vendor: str = ""
    sources: tuple[str, ...] = ()
    metric: str = ""
    committed_on: date | None = None
    p50_on: date | None = None
    p80_on: date | None = None
    p95_on: date | None = None
    p_on_time: float | None = None
    is_generated: bool = False

    @property
    def is_held(self) -> bool:
        return self.status == "on_hold"

    @property
    def is_open(self) -> bool:
        return self.outcome == "open"

    @property
    def is_in_scope(self) -> bool:
        """What a balance counts unless asked otherwise: open, past intake, not live, with a quadrant."""
        return self.is_open and self.standard != "production" and self.quadrant in QUADRANTS

    def weight(self, measure: str) -> float | None:
        """How much it counts by one of MEASURES; None where that is not known."""
        return {"effort": self.effort, "cost": self.cost, "count": 1.0}[measure]


@dataclass(frozen=True, slots=True)
class Frame:
    """The settings of the portfolio on that day; shares and limit in percent."""

    slug: str
    name: str
    day: date
    is_past: bool = False
    has_generated: bool = False  # whether invented history is in it
    risk_line: int = 50
    impact_line: int = 50
    limit: int = 45
    target: Mapping[str, int] = field(default_factory=dict)
    currency: str = "EUR"
    labels: Mapping[str, str] = field(default_factory=lambda: dict(LABELS))
    budget: float | None = None  # a what-if's: a portfolio itself keeps none


@dataclass(frozen=True, slots=True)
class Added:
    """People whom a what-if adds (below zero: takes away), from the first of a month on."""

    capability: str
    fte: float
    since: date


@dataclass(frozen=True, slots=True)
class Picture:
    """The portfolio on one day; `added` is empty unless the picture is a what-if."""

    frame: Frame
    entries: tuple[Entry, ...]
    added: tuple[Added, ...] = ()

    @property
    def in_scope(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.is_in_scope)


def measure(entries: Sequence[Entry], asked: str = "") -> str:
    """What effort is measured by on a whole page: what was asked for, else the first that all know."""
    if asked in MEASURES:
        return asked
    return next(
        each
        for each in MEASURES
        if all(entry.weight(each) is not None for entry in entries) or each == "count"
    )


def by_quadrant(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """The projects of each quadrant, all four of them in their order."""
    found: dict[str, list[Entry]] = {code: [] for code in QUADRANTS}
    for entry in entries:
        if entry.quadrant in found:
            found[entry.quadrant].append(entry)
    return found
