"""The parts of a workflow: stages, gates, criteria, needed roles, reasons and limits."""

from dataclasses import dataclass

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
class Criterion:
    """One thing that must hold before a gate opens; `kind` is looked up in the criteria registry."""

    kind: str
    name: str = ""


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
