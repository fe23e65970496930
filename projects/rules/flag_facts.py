"""What the flag rules look at: plain facts of one project, and the limits of its stage."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from projects.rules.stages import STANDARD_STAGES, Stage
from projects.rules.trends import Trend
from projects.rules.workflow import Workflow

# A project needs a date for its next gate from Framing to Pilot.
DATED = STANDARD_STAGES[1:7]
# The questions that rules look at.
QUESTIONS = ("DQ2", "NT1", "NT3")


def reached(stage: str, standard: str) -> bool:
    """Whether a standard stage is this one or a later one; an unknown one has reached nothing."""
    places = STANDARD_STAGES
    return stage in places and places.index(stage) >= places.index(standard)


class Pair(NamedTuple):
    """A metric pair with its newest measurements; None: not stated, or not measured."""

    name: str
    higher_is_better: bool
    offline: Decimal | None = None
    offline_on: date | None = None
    online: Decimal | None = None
    gap: Decimal | None = None  # in the unit of the metric
    baseline: Decimal | None = None
    ceiling: Decimal | None = None
    offline_trend: Trend | None = None
    online_trend: Trend | None = None


class Signal(NamedTuple):
    """A signal of the project: how often it should be seen, and when it last was."""

    name: str
    every_days: int | None
    seen_on: date | None
    declared_on: date
    # Between which values the metric of this name should lie, and what it was last; None: nobody has said.
    below: Decimal | None = None
    above: Decimal | None = None
    value: Decimal | None = None


class FlagFacts(NamedTuple):
    """What the rules look at; days are those of the portfolio. None: nobody has said, or there is none."""

    stage: str  # code of the project's workflow
    created_on: date
    last_update_on: date | None = None  # the last update that says something; None counts from creation
    stage_since_on: date | None = None
    active_days_in_stage: int = 0  # without hold, added up over stages that share a standard code
    gate_planned_on: date | None = None
    on_hold: bool = False
    resume_on: date | None = None
    has_ended: bool = False
    # Sign-offs of the present attempt that bind and that a gate still needs.
    signoff_asked_on: date | None = None  # the longest waiting
    signature_ends_on: date | None = None  # the last day of the one that expires first
    signatures_changed: int = 0  # what they signed is no longer so
    signatures_refused: int = 0  # rejected or withdrawn
    condition_due_on: date | None = None
    # Open blockers: due days and days raised, the earliest of each sort.
    blocker_due_on: date | None = None  # low and medium
    grave_blocker_due_on: date | None = None  # high and critical
    unowned_blocker_on: date | None = None
    has_unowned_critical: bool = False
    # People.
    has_owner: bool = True
    owner_is_active: bool = True
    owner_acted_on: date | None = None
    has_steward: bool = True
    # Judgement: letters of QUESTIONS; a question without an answer is not in it.
    assessed_on: date | None = None
    letters: Mapping[str, str] = {}
    metric_is_complete: bool = True
    pivoted_on: date | None = None
    pivot_stage: str = ""  # standard code
    # Plan and forecast.
    committed_on: date | None = None
    p05_on: date | None = None
    p50_on: date | None = None
    p80_on: date | None = None
    p95_on: date | None = None
    stated_on: date | None = None
    stated_value: Decimal | None = None
    value_low: Decimal | None = None
    value_high: Decimal | None = None
    # In production.
    recertify_on: date | None = None
    monitoring_seen_on: date | None = None
    lost_checks: tuple[str, ...] = ()  # checklist items C5 and C7 where they are withdrawn
    # Metrics and signals.
    pairs: tuple[Pair, ...] = ()
    business_is_down: bool | None = None  # measured business metric worse than its baseline
    signals: tuple[Signal, ...] = ()
    leakage_reviewed_on: date | None = None
    audited_on: date | None = None


class Limits(NamedTuple):
    """The limits of one stage in days; None means that there is none."""

    stage_label: str
    standard: str
    update_days: int | None
    update_critical_days: int | None
    held_update_days: int
    held_update_critical_days: int
    stay_days: int | None
    stay_critical_days: int | None
    assessment_days: int | None
    needs_gate_date: bool
    has_gate: bool
    gate_critical_days: int
    hold_critical_days: int

    def reached(self, standard: str) -> bool:
        """Whether the stage is this standard one or a later one."""
        return reached(self.standard, standard)

    @property
    def in_production(self) -> bool:
        return self.standard == STANDARD_STAGES[-1]


def limits(workflow: Workflow, learnt: Mapping[str, tuple[int, int]] | None = None) -> dict[str, Limits]:
    """The limits of every stage of a workflow; made once per workflow version and version of what was learnt.

    `learnt`: standard stage -> days that 85 and 95 of 100 projects stay, from history (rules/stay_limits.py).
    """
    return {stage.code: _limits(workflow, stage, learnt or {}) for stage in workflow.stages}


def _limits(workflow: Workflow, stage: Stage, learnt: Mapping[str, tuple[int, int]]) -> Limits:
    times = workflow.flag_limits.update_critical_times
    held = workflow.hold_update_every_days
    update = stage.update_every_days
    p85, p95 = _stays(workflow, stage, learnt.get(stage.standard))
    has_gate = workflow.gate_after(stage.code) is not None
    return Limits(
        stage_label=stage.label,
        standard=stage.standard,
        update_days=update,
        update_critical_days=update * times if update else None,
        held_update_days=held,
        held_update_critical_days=held * times,
        stay_days=p85 if stage.typical_days else None,
        stay_critical_days=p95 if stage.typical_days else None,
        assessment_days=stage.assessment_max_days,
        needs_gate_date=has_gate and stage.standard in DATED,
        has_gate=has_gate,
        gate_critical_days=workflow.flag_limits.gate_overdue_critical_days,
        hold_critical_days=workflow.flag_limits.hold_expired_critical_days,
    )


def _stays(workflow: Workflow, stage: Stage, learnt: tuple[int, int] | None) -> tuple[int, int]:
    """Days in stages of one standard code add up, and so do the limits up to this stage.

    History knows the whole of them; each stage has the part of it that it has of the defaults.
    """
    shared = workflow.with_standard(stage.standard)
    own = _sums(shared[: shared.index(stage) + 1])
    if learnt is None:
        return own
    (p85, p95), (part_of_p85, part_of_p95), (whole_p85, whole_p95) = learnt, own, _sums(shared)
    return p85 * part_of_p85 // max(whole_p85, 1), p95 * part_of_p95 // max(whole_p95, 1)


def _sums(stages: Sequence[Stage]) -> tuple[int, int]:
    stays = [stage.typical_days for stage in stages if stage.typical_days]
    return sum(days.p85 for days in stays), sum(days.p95 for days in stays)
