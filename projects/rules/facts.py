"""What the rules are told about a project, and what they answer: plain values only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from projects.rules.signatures import Condition, Signature

TIERS = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason why something is refused, and what would satisfy it."""

    code: str
    message: str
    remedy: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class OpenBlocker:
    """Something that stops the project now."""

    title: str
    severity: str
    category: str


@dataclass(frozen=True, slots=True)
class Evidenced:
    """The newest evidence of one kind; of a statement also what it says and in which roles its author is."""

    dated_on: date
    holds: bool | None = None  # statements only
    by: int | None = None
    by_roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Measured:
    """The newest measurement of a metric."""

    value: Decimal
    measured_on: date


@dataclass(frozen=True, slots=True)
class PairStanding:
    """How a metric pair stands: whether online keeps the gap, in words, and the older day of both sides."""

    is_kept: bool | None  # None: a side is not measured, or nobody has said which gap is all right
    says: str
    measured_on: date | None = None


@dataclass(frozen=True, slots=True)
class Signing:
    """The signatures of one gate, the hash of what they should be on, and conditions of passed gates."""

    given: Sequence[Signature] = ()
    packet_hash: str = ""
    carried: Sequence[Condition] = ()  # put off to the next gate, or overdue
    still_open: Sequence[Condition] = ()  # all that nobody has closed: before the launch they have to be


@dataclass(frozen=True, slots=True)
class Facts:
    """What gates look at. A value that is absent or None is unknown, and the unknown never passes.

    A whole family that is None was not read; the rules then say that it is not known.
    """

    fields: Mapping[str, object] = field(default_factory=dict)
    people: Mapping[str, int] = field(default_factory=dict)  # role code -> how many people are named
    planned_on: Mapping[str, date | None] = field(default_factory=dict)  # gate code -> planned date
    tier: str = ""  # low, medium, high; empty when nobody has set it
    personal_data: bool | None = None
    vendor: bool | None = None
    llm: bool | None = None
    # Nothing is fresh on the last of days: who does not say which day it is learns nothing good.
    today: date = date.max
    answers: Mapping[str, str] | None = None  # question -> letter as it counts today
    checklists: Mapping[str, Mapping[str, Decimal]] | None = None  # checklist -> item -> points, 0 to 1
    blockers: Sequence[OpenBlocker] | None = None  # those that nobody has resolved
    evidence: Mapping[str, Evidenced] | None = None  # kind, or name of a statement -> the newest
    metrics: Mapping[str, Measured] | None = None
    pairs: Mapping[str, PairStanding] | None = None
    todos: Mapping[str, bool] | None = None  # "GATE:name" -> whether all to-dos of that name are done
    signing: Mapping[str, Signing] = field(default_factory=dict)  # gate code -> its signatures


# Condition -> the field that a person has to fill so that the condition can be told.
CONDITIONS = {
    "tier_high": "tier",
    "tier_medium": "tier",
    "personal_data": "traits_stated",
    "vendor": "traits_stated",
    "llm": "traits_stated",
}


def holds(condition: str, facts: Facts) -> bool | None:
    """Whether a condition is true of the project; None when that is not known."""
    if condition == "tier_high":
        return facts.tier == "high" if facts.tier in TIERS else None
    if condition == "tier_medium":  # medium or higher
        return facts.tier in ("medium", "high") if facts.tier in TIERS else None
    if condition == "personal_data":
        return facts.personal_data
    if condition == "vendor":
        return facts.vendor
    if condition == "llm":
        return facts.llm
    return None
