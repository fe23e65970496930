"""A workflow as plain values: stages in order, the gates between them, and which moves they allow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from projects.rules import workflow_reading, workflow_writing
from projects.rules.documents import Problem, WorkflowInvalid
from projects.rules.stages import (
    STANDARD_STAGES,
    Criterion,
    FlagLimits,
    Gate,
    Reason,
    RecertifyDays,
    Reminders,
    RoleNeed,
    Stage,
    TypicalDays,
)

__all__ = [
    "STANDARD_STAGES",
    "Criterion",
    "FlagLimits",
    "Gate",
    "Problem",
    "Reason",
    "RecertifyDays",
    "Reminders",
    "RoleNeed",
    "Stage",
    "TypicalDays",
    "Workflow",
    "WorkflowInvalid",
    "dump",
    "parse",
]


@dataclass(frozen=True)
class Workflow:
    """A lifecycle: the order of its stages is the order of its list."""

    name: str
    label: str
    summary: str
    stages: tuple[Stage, ...]
    gates: tuple[Gate, ...]
    back_reasons: tuple[Reason, ...]
    stop_reasons: tuple[Reason, ...]
    hold_update_every_days: int = 60
    rollback_review_days: int = 5  # working days
    # Days from one certification of a live project to the next, by tier (domain 2.4, our choice).
    recertify_days: RecertifyDays = field(default_factory=RecertifyDays)
    reminders: Reminders = field(default_factory=Reminders)
    flag_limits: FlagLimits = field(default_factory=FlagLimits)

    @cached_property
    def _index(self) -> dict[str, int]:
        return {stage.code: number for number, stage in enumerate(self.stages)}

    @cached_property
    def _gates(self) -> dict[str, Gate]:
        return {gate.code: gate for gate in self.gates}

    @cached_property
    def _gate_after(self) -> dict[str, Gate]:
        return {gate.from_stage: gate for gate in self.gates if gate.kind == "advance"}

    def has(self, code: str) -> bool:
        """Whether there is a stage with this code."""
        return code in self._index

    def index(self, code: str) -> int:
        """Position of a stage, from 0; KeyError when there is no such stage."""
        return self._index[code]

    def stage(self, code: str) -> Stage:
        """The stage with this code; KeyError when there is none."""
        return self.stages[self._index[code]]

    def next_stage(self, code: str) -> Stage | None:
        """The stage after this one, or None at the end."""
        after = self._index[code] + 1
        return self.stages[after] if after < len(self.stages) else None

    def gate(self, code: str) -> Gate:
        """The gate with this code; KeyError when there is none."""
        return self._gates[code]

    def gate_after(self, code: str) -> Gate | None:
        """The gate that leads out of this stage to the next one, or None at the end."""
        return self._gate_after.get(code)

    def gate_between(self, from_code: str, to_code: str) -> Gate | None:
        """The gate between two neighbouring stages, or None when they are not neighbours."""
        gate = self._gate_after.get(from_code)
        return gate if gate and gate.to_stage == to_code else None

    def gates_from_to(self, from_code: str, to_code: str) -> tuple[Gate, ...]:
        """Every gate on the way forward from one stage to a later one; empty when it is not later."""
        between = self.stages[self._index[from_code] : self._index[to_code]]
        return tuple(self._gate_after[stage.code] for stage in between)

    def ending_gate(self, kind: str) -> Gate | None:
        """The gate of `stop`, `retire` or `recertify`, or None when the workflow has none."""
        return next((gate for gate in self.gates if gate.kind == kind), None)

    def later(self, one: str, other: str) -> str:
        """Whichever of two stage codes comes later in the order."""
        return one if self._index[one] >= self._index[other] else other

    def with_standard(self, *standards: str) -> tuple[Stage, ...]:
        """The stages that map to any of these standard codes, in order."""
        return tuple(stage for stage in self.stages if stage.standard in standards)

    def nearest_stage(self, standard: str) -> Stage:
        """The first stage for a standard code, else the last one before it, else the first of all."""
        if exact := self.with_standard(standard):
            return exact[0]
        order = STANDARD_STAGES.index(standard)
        earlier = [stage for stage in self.stages if stage.order < order]
        return earlier[-1] if earlier else self.first_stage

    @property
    def first_stage(self) -> Stage:
        """Where a new project begins."""
        return self.stages[0]

    @property
    def restart_stage(self) -> Stage:
        """Where a stopped project begins again: Framing, else the first stage after the ideas."""
        return next((s for s in self.stages if s.order >= 1), self.first_stage)

    @property
    def production_stages(self) -> tuple[Stage, ...]:
        """The stages that count as production."""
        return self.with_standard("production")

    @property
    def rollback_stages(self) -> tuple[Stage, ...]:
        """Where production may be rolled back to, the usual one first."""
        return tuple(reversed(self.with_standard("validation", "pilot")))

    def is_production(self, code: str) -> bool:
        """Whether this stage counts as production."""
        return self.stage(code).standard == "production"

    def crosses(self, gate: Gate, standard: str) -> bool:
        """Whether this gate leads from before a standard stage to it or beyond it."""
        if gate.kind != "advance":
            return False
        limit = STANDARD_STAGES.index(standard)
        return self.stage(gate.from_stage).order < limit <= self.stage(gate.to_stage).order

    def is_launch(self, gate: Gate) -> bool:
        """Whether this gate leads into production."""
        return self.crosses(gate, "production")


def parse(document: Mapping[str, Any]) -> Workflow:
    """Read a workflow document strictly; raises WorkflowInvalid with every problem."""
    return Workflow(**workflow_reading.read(document))


def dump(workflow: Workflow) -> dict[str, Any]:
    """The document of a workflow, in a stable order; `parse` reads it back to an equal workflow."""
    return workflow_writing.write(workflow)
