"""The parts of a workflow: stages, gates, criteria, needed roles, reasons and limits."""

from dataclasses import dataclass
from decimal import Decimal

# The eight standard stages, in order. Every stage of every workflow maps to one of them.
STANDARD_STAGES = (
    "idea",
    "framing",
    "data",
    "poc",
    "mvp",
    "validation",
    "pilot",
    "production",
)
ENFORCEMENTS = ("block", "warn", "record")
GATE_KINDS = ("advance", "recertify", "stop", "retire")


@dataclass(frozen=True, slots=True)
class TypicalDays:
    """How long projects usually stay: half leave within p50 days, 85% within p85, 95% within p95."""

    p50: int
    p85: int
    p95: int


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the lifecycle."""

    code: str
    standard: str
    label: str
    purpose: str = ""
    typical_days: TypicalDays | None = None
    update_every_days: int | None = None
    assessment_max_days: int | None = None
    wip_limit: int | None = None

    @property
    def order(self) -> int:
        """Position of the standard stage that this stage maps to, 0 to 7."""
        return STANDARD_STAGES.index(self.standard)


@dataclass(frozen=True, slots=True)
class ByTier:
    """A limit that depends on the governance tier."""

    low: Decimal
    medium: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that must hold before a gate opens; `kind` says which of the other members it reads."""

    kind: str
    name: str = ""
    label: str = ""  # what people read; empty: what the kind makes of the name
    when: tuple[str, ...] = ()  # asked only where one of these holds; empty: always
    at_least: str | Decimal | ByTier | None = None  # a word for answers, a number otherwise
    at_most: str | Decimal | None = None  # a severity for blockers, a number otherwise
    above_zero: tuple[str, ...] = ()
    category: str = ""
    within_days: int | None = None
    text: str = ""
    not_by: tuple[str, ...] = ()  # roles whose word does not count


@dataclass(frozen=True, slots=True)
class RoleNeed:
    """What a gate wants from a role: required, required when a condition holds, or only feedback."""

    role: str
    need: str  # required, conditional, feedback
    when: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gate:
    """The door between two stages, or the one at which a project ends or is certified again."""

    code: str
    label: str
    kind: str  # advance, recertify, stop, retire
    from_stage: str = ""
    to_stage: str = ""
    enforcement: str = "warn"
    criteria: tuple[Criterion, ...] = ()
    roles: tuple[RoleNeed, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason that people choose from a list."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class FlagLimits:
    """When a flag turns critical."""

    update_critical_times: int = 2  # times the update cadence
    gate_overdue_critical_days: int = 14
    hold_expired_critical_days: int = 30


@dataclass(frozen=True, slots=True)
class RecertifyDays:
    """Days from one certification of a live project to the next, by tier."""

    low: int = 365
    medium: int = 180
    high: int = 90

    def of(self, tier: str) -> int:
        """The days for a tier; where nobody has set it, those of the strictest."""
        return {"low": self.low, "medium": self.medium}.get(tier, self.high)


@dataclass(frozen=True, slots=True)
class Reminders:
    """When people are reminded of a sign-off that they were asked for."""

    after_days: int = 3
    every_days: int = 3
