"""Who does what on a project, and which gates wait for whom."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from projects.models import Project, TeamRole
from projects.queries import facts
from projects.queries.gate_facts import Member
from projects.rules import gates, roles
from projects.rules.facts import Facts


@dataclass(frozen=True, slots=True)
class Slot:
    """One of the twelve roles: who holds it and which gates to come need it."""

    code: str
    label: str
    people: tuple[Any, ...]
    needed_for: tuple[str, ...]
    is_needed_now: bool

    @property
    def is_missing(self) -> bool:
        """Whether nobody holds a role that a gate needs."""
        return not self.people and bool(self.needed_for)


def members(project: Project) -> list[TeamRole]:
    """Everybody with a role, by role and name; one query."""
    rows = TeamRole.objects.filter(project=project).select_related("user")
    return list(rows.order_by("role", "user__name", "pk"))


def known(project: Project, team: list[TeamRole]) -> Facts:
    """What gates look at, from a team already read; no query."""
    return facts.facts_with(project, Counter(row.role for row in team if row.user.is_active))


def active(team: list[TeamRole]) -> list[Member]:
    """The active people of a team already read, as gates look at them."""
    return [Member(row.role, row.user_id) for row in team if row.user.is_active]


def slots(project: Project, team: list[TeamRole]) -> list[Slot]:
    """Every role with its people and the gates to come that need it; no query."""
    held: dict[str, list[Any]] = defaultdict(list)
    for row in team:
        held[row.role].append(row.user)
    told = known(project, team)
    return [_slot(project, role, held.get(role.code, []), told) for role in roles.every()]


def _slot(project: Project, role: roles.Role, people: list[Any], told: Facts) -> Slot:
    workflow = facts.workflow(project)
    here = workflow.index(project.stage)
    to_come = [gate for gate in workflow.gates if gate.kind == "advance"]
    to_come = [gate for gate in to_come if workflow.index(gate.from_stage) >= here]
    needing = [gate for gate in to_come if role.code in gates.required_roles(gate, told)]
    return Slot(
        role.code,
        role.label,
        tuple(people),
        tuple(gate.label for gate in needing),
        any(gate.from_stage == project.stage for gate in needing),
    )
