"""The sign-offs of the sample, asked for and decided on the days that its file says."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import resources
from typing import Any, NamedTuple

from projects.actions import decisions, moves, projects, signoffs
from projects.actors import Actor
from projects.models import Project, SignOff
from projects.queries import facts, gate_facts, packets
from projects.rules import gates, roles, shipped_files
from projects.rules.stages import Gate

COLUMN = "sign_offs(role:state:age_days)"
SAID: dict[str, Any] = shipped_files.read(resources.files("portfolio.register") / "sample" / "signoffs.yaml")
# Who usually has signed already when others are still waited for.
FIRST_TO_SIGN = ("PO", "ML")
# A condition was set this long before it became overdue.
SET_BEFORE = timedelta(days=20)


class Standing(NamedTuple):
    """A sign-off as the file writes it: role:state:age_days."""

    role: str
    state: str
    age: timedelta


def standings(row: dict[str, str]) -> Iterator[Standing]:
    """The sign-offs of a row."""
    for each in filter(None, row[COLUMN].split(";")):
        name, state, age = each.split(":")
        role = roles.find(name)
        if role is None:
            raise ValueError(f"The sample names a role “{name}” that there is not.")
        yield Standing(role.code, state, timedelta(days=int(age)))


def sign(project: Project, row: dict[str, str], now: datetime) -> None:
    """Ask for the sign-offs of a row and decide on them; what is live was certified again by them."""
    for standing in sorted(standings(row), key=lambda each: each.age, reverse=True):
        gate = _gate(project, standing.role)
        if gate is None:
            continue  # The file tells of a gate that lies behind.
        if gate.kind == "recertify":
            _certify(project, gate, standing, now)
        else:
            when = now - standing.age
            if standing.state == "conditions_overdue":
                when -= SET_BEFORE
            _at_gate(project, gate, standing, row["code"], when)


def _gate(project: Project, role: str) -> Gate | None:
    """The next gate that needs this role; of what is live, the one by which it is certified again."""
    workflow = facts.workflow(project)
    if workflow.is_production(project.stage) and (gate := workflow.ending_gate("recertify")):
        return gate
    ahead = workflow.gates_from_to(project.stage, workflow.stages[-1].code)
    known = facts.facts_with(project, {})
    return next((gate for gate in ahead if role in gates.required_roles(gate, known)), None)


def _certify(project: Project, gate: Gate, standing: Standing, now: datetime) -> None:
    when = now - standing.age
    if standing.state == "expired":
        when -= timedelta(days=facts.workflow(project).recertify_days.of(project.tier))
    _approve(project, gate, (*FIRST_TO_SIGN, standing.role), when)
    moves.make(project.pk, kind="recertify", actor=Actor(None, "sample", at=when))


def _at_gate(project: Project, gate: Gate, standing: Standing, code: str, when: datetime) -> None:
    asked_at = when if standing.state == "pending" else when - timedelta(days=2)
    wanted = {need.role for need in gate.roles if need.need == "required"}
    _approve(project, gate, [role for role in FIRST_TO_SIGN if role in wanted - {standing.role}], asked_at)
    request = _ask(project, gate, standing.role, asked_at)
    if standing.state != "pending":
        _decide(request, standing, code, when)


def _decide(request: SignOff, standing: Standing, code: str, when: datetime) -> None:
    said: dict[str, Any] = {"decision": "approved"}
    if standing.state in ("approved_with_conditions", "conditions_overdue"):
        said = {"decision": "approved_with_conditions", "conditions": [_condition(request, code, when)]}
    elif standing.state == "rejected":
        said = {"decision": "rejected", **SAID["rejected"][code][standing.role]}
    signed = _sign(request, when, **said)
    signer = Actor(signed.signer, "sample", at=when + timedelta(hours=3))
    if standing.state == "withdrawn":
        decisions.withdraw(signed.pk, reason=SAID["withdrawn"][code][standing.role], actor=signer)
    elif standing.state == "invalidated":
        later = Actor(request.project.owner, "sample", at=when + timedelta(days=1))
        projects.edit(request.project_id, version=None, actor=later, **SAID["invalidated"][code])


def _condition(request: SignOff, code: str, when: datetime) -> decisions.Asked:
    due_on = facts.today(request.project, when + SET_BEFORE)
    text = SAID["conditions"][code][request.role]
    return decisions.Asked(text, "by_date", request.project.owner, due_on)


def _approve(project: Project, gate: Gate, wanted: Any, when: datetime) -> None:
    for role in wanted:
        _sign(_ask(project, gate, role, when), when, decision="approved")


def _ask(project: Project, gate: Gate, role: str, when: datetime) -> SignOff:
    asker = Actor(project.owner, "sample", at=when - timedelta(hours=6))
    request = signoffs.ask(project.pk, gate=gate.code, only=[role], actor=asker).waiting[0]
    request.project = project
    return request


def _sign(request: SignOff, when: datetime, **said: Any) -> SignOff:
    """Whoever has the role signs what is there at that moment."""
    project = Project.objects.select_related("portfolio").get(pk=request.project_id)
    gate = facts.workflow(project).gate(request.gate)
    seen = packets.digest(project, gate, gate_facts.evidence_of(project))
    holder = project.team.filter(role=request.role).select_related("user").order_by("pk")[0]
    return decisions.decide(request.pk, seen=seen, actor=Actor(holder.user, "sample", at=when), **said)
