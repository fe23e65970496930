"""The gate that a project stands before: what it asks for, what is there and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from projects.models import Project
from projects.queries import facts, gate_facts
from projects.queries.gate_facts import Member
from projects.rules import criteria, gates, roles
from projects.rules.facts import Facts, Obstacle
from projects.rules.stages import Gate, Stage

# What the three enforcements mean for the person who stands at the gate.
ENFORCEMENT = {
    "block": "The gate stays closed until nothing is missing.",
    "warn": "The gate warns: what is missing is recorded with the move.",
    "record": "The gate records what is missing and lets the project through.",
}


@dataclass(frozen=True, slots=True)
class GateState:
    """A gate as a page shows it: the missing first, the met by name."""

    gate: Gate
    leads_to: Stage | None
    missing: tuple[Obstacle, ...]
    met: tuple[str, ...]
    signed: int  # of the required roles
    to_sign: int

    @property
    def total(self) -> int:
        """How many things the gate asks for."""
        return len(self.met) + len(self.missing)

    @property
    def words(self) -> str:
        """How far it is: 3 of 7."""
        return f"{len(self.met)} of {self.total}"

    @property
    def is_open(self) -> bool:
        return not self.missing

    @property
    def blocks(self) -> bool:
        """Whether a move through this gate would be refused now."""
        return bool(self.missing) and self.gate.enforcement == "block"

    @property
    def manner(self) -> str:
        """What the gate does about things that are missing."""
        return ENFORCEMENT[self.gate.enforcement]


def ahead(project: Project, team: Sequence[Member] | None = None) -> GateState | None:
    """The gate to the next stage; None at the end of the workflow and for ended projects.

    One query.
    """
    workflow = facts.workflow(project)
    gate = workflow.gate_after(project.stage)
    if gate is None or project.has_ended:
        return None
    return state(project, gate, gate_facts.of(project, [gate], team=team))


def lies_ahead(project: Project, gate: Gate) -> bool:
    """Whether a project can come to this gate: it is not behind, or it is one of the way to its end."""
    workflow = facts.workflow(project)
    if gate.kind == "advance":
        return workflow.index(gate.from_stage) >= workflow.index(project.stage)
    if gate.kind == "recertify":
        return workflow.is_production(project.stage)
    return project.ever_in_production == (gate.kind == "retire")


def state(project: Project, gate: Gate, known: Facts) -> GateState:
    """How a gate stands for a project of which these facts are known; no query."""
    workflow = facts.workflow(project)
    missing = gates.obstacles(gate, known, is_launch=workflow.is_launch(gate))
    leads_to = workflow.stage(gate.to_stage) if gate.to_stage else None
    required = set(gates.required_roles(gate, known))
    signed = required & {each.role for each in gates.signed(gate, known)}
    met = tuple(_met(gate, known))
    return GateState(gate, leads_to, tuple(missing), met, len(signed), len(required))


def _met(gate: Gate, known: Facts) -> list[str]:
    """The criteria and signatures that are there, in words for one line."""
    kept = [criteria.label(each) for each, found in criteria.findings(gate, known) if not found.obstacle]
    have_signed = {each.role for each in gates.signed(gate, known)}
    return [*kept, *(roles.label(role) for role in gates.required_roles(gate, known) if role in have_signed)]
