"""Where a project is, what somebody asks of it, and what would come of it."""

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from projects.rules import gates
from projects.rules.calendars import Calendar
from projects.rules.facts import Facts, Obstacle
from projects.rules.signatures import Signature
from projects.rules.stages import Gate
from projects.rules.waivers import Waiver
from projects.rules.workflow import Workflow

ENDED = ("retired", "stopped")


@dataclass(frozen=True, slots=True)
class Position:
    """Where a project is: stage, status and outcome are three things."""

    stage: str
    status: str = "active"  # active, on_hold
    outcome: str = "open"  # open, in_production, retired, stopped
    furthest_stage: str = ""  # of this attempt; empty means the stage itself
    attempt: int = 1
    ever_in_production: bool = False
    hold_until: date | None = None
    recertify_on: date | None = None


@dataclass(frozen=True, slots=True)
class MoveRequest:
    """What somebody asks for. People are compared only for equality."""

    kind: str | None = None  # None means one step forward
    to: str = ""
    reason_code: str = ""
    note: str = ""
    until: date | None = None  # resume date of a hold
    requested_by: Hashable = None
    approver: Hashable = None
    approver_roles: frozenset[str] = frozenset()  # role codes that the approver holds for this project
    outcome: str = ""  # for reports only: retired or stopped


@dataclass(frozen=True, slots=True)
class GateCheck:
    """One gate on the way: how it was treated, and what was found."""

    gate: Gate
    treatment: str  # examined, waived, reported
    obstacles: tuple[Obstacle, ...]
    signed: tuple[Signature, ...] = ()  # the signatures that count
    packet_hash: str = ""  # what they are on; empty where nobody has signed
    waiting: tuple[int, ...] = ()  # requests that nobody has answered


@dataclass(frozen=True, slots=True)
class Plan:
    """What a move would do. The state is the one after the move, or the present one when it is refused."""

    kind: str
    from_stage: str
    to_stage: str  # where the move leads, also when it is refused; the present stage when that is unknown
    status: str
    outcome: str
    furthest_stage: str
    attempt: int
    ever_in_production: bool
    hold_until: date | None
    review_due_on: date | None = None  # set by a rollback only
    recertify_on: date | None = None  # set on entering production and on certifying again
    checks: tuple[GateCheck, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()  # every reason for which the move is refused
    uses_waiver: bool = False
    no_change: bool = False

    @property
    def is_allowed(self) -> bool:
        """Whether the move may be made (or is no change at all)."""
        return not self.obstacles

    @property
    def used(self) -> tuple[Signature, ...]:
        """The signatures that this move uses up: those of the gates that were examined."""
        return tuple(each for check in self.checks if check.treatment == "examined" for each in check.signed)

    @property
    def waiting(self) -> tuple[int, ...]:
        """The requests at the gates on the way that nobody has answered."""
        return tuple(ref for check in self.checks for ref in check.waiting)

    @property
    def decision(self) -> str:
        """What was decided at the gate (Stage-Gate, Cooper); empty for a move that decides about none."""
        if self.kind in ("advance", "recertify", "retire"):
            is_open = any(not each.closed_on for signed in self.used for each in signed.conditions)
            return "go_with_conditions" if is_open else "go"
        return {"hold": "hold", "back": "recycle", "stop": "kill"}.get(self.kind, "")

    @property
    def gates_passed(self) -> tuple[str, ...]:
        """The codes of the gates on the way."""
        return tuple(check.gate.code for check in self.checks)

    @property
    def warnings(self) -> tuple[Obstacle, ...]:
        """What examined gates that only warn have found."""
        return self._found("warn")

    @property
    def recorded(self) -> tuple[Obstacle, ...]:
        """What is kept without a warning: of gates that only record, and of waived ones."""
        passed_over = [o for check in self.checks if check.treatment != "examined" for o in check.obstacles]
        return (*self._found("record"), *passed_over)

    def _found(self, enforcement: str) -> tuple[Obstacle, ...]:
        return tuple(
            obstacle
            for check in self.checks
            if check.treatment == "examined" and check.gate.enforcement == enforcement
            for obstacle in check.obstacles
        )


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that a decision about one move looks at."""

    workflow: Workflow
    position: Position
    request: MoveRequest
    facts: Facts
    today: date
    waiver: Waiver | None = None
    calendar: Calendar = field(default_factory=Calendar)

    @property
    def kind(self) -> str:
        return self.request.kind or "advance"

    @property
    def has_ended(self) -> bool:
        return self.position.outcome in ENDED

    @property
    def ever_in_production(self) -> bool:
        return self.position.ever_in_production or self.workflow.is_production(self.position.stage)

    @property
    def furthest_stage(self) -> str:
        known = self.workflow.has(self.position.furthest_stage)
        return self.position.furthest_stage if known else self.position.stage

    @property
    def recertify_on(self) -> date:
        """When a project that is certified today is due again."""
        return self.today + timedelta(days=self.workflow.recertify_days.of(self.facts.tier))

    def label(self, stage: str) -> str:
        """What people read for a stage of this workflow."""
        return self.workflow.stage(stage).label

    def check(self, gate: Gate, treatment: str = "examined") -> GateCheck:
        """Look at one gate with the facts of this case."""
        found = gates.obstacles(gate, self.facts, is_launch=self.workflow.is_launch(gate))
        signing = self.facts.signing.get(gate.code)
        return GateCheck(
            gate,
            treatment,
            tuple(found),
            tuple(gates.signed(gate, self.facts)),
            signing.packet_hash if signing else "",
            tuple(each.ref for each in signing.given if each.is_waiting) if signing else (),
        )

    def unchanged(self) -> Plan:
        """The project already is where it should be."""
        return replace(self._present(self.position.stage), no_change=True)

    def refused(self, obstacles: list[Obstacle], to: str = "", checks: tuple[GateCheck, ...] = ()) -> Plan:
        """The move is not made; the state stays."""
        aim = to if self.workflow.has(to) else self.position.stage
        return replace(self._present(aim), obstacles=tuple(obstacles), checks=checks)

    def entering(self, to: str) -> Plan:
        """An active project in this stage, its hold ended, its furthest stage kept or raised."""
        in_production = self.workflow.is_production(to)
        is_launch = in_production and not self.workflow.is_production(self.position.stage)
        return replace(
            self._present(to),
            status="active",
            hold_until=None,
            outcome="in_production" if in_production else "open",
            ever_in_production=self.ever_in_production or in_production,
            furthest_stage=self.workflow.later(self.furthest_stage, to),
            recertify_on=self.recertify_on if is_launch else None,
        )

    def ending(self, outcome: str) -> Plan:
        """The project ends where it is; a hold ends with it."""
        return replace(self._present(self.position.stage), status="active", hold_until=None, outcome=outcome)

    def _present(self, to: str) -> Plan:
        position = self.position
        return Plan(
            kind=self.kind,
            from_stage=position.stage,
            to_stage=to,
            status=position.status,
            outcome=position.outcome,
            furthest_stage=self.furthest_stage,
            attempt=position.attempt,
            ever_in_production=self.ever_in_production,
            hold_until=position.hold_until,
        )


def blocking(checks: tuple[GateCheck, ...]) -> list[Obstacle]:
    """What examined gates that block have found."""
    return [
        obstacle
        for check in checks
        if check.treatment == "examined" and check.gate.enforcement == "block"
        for obstacle in check.obstacles
    ]
