"""Projects of which nothing is missing at a gate, brought there as people would: by the actions."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils import timezone

from projects.actions import answers, checklists, evidence, measurements, projects, todos, units
from projects.actors import Actor
from projects.models import Project
from projects.queries import facts
from projects.rules import checklists as lists
from projects.rules.criterion_kinds.fields import DATED, FUNCTIONS
from projects.rules.given_answers import Given
from projects.rules.stages import Criterion, Gate
from tests.factories import SYSTEM, a_member, a_person, acting, on_team, signed_off

# Of a field without an entry: some words.
VALUES: dict[str, Any] = {
    "kind": "existing",
    "tier": "low",
    "ai_act_class": "minimal",
    "metric_baseline": Decimal(1),
    "metric_target": Decimal(2),
    "metric_is_measured": True,
    "value_low": Decimal(1),
    "value_likely": Decimal(2),
    "value_high": Decimal(3),
    "users_affected": 0,
    "capacity_fte": Decimal(1),
}
TRAITS = ("personal_data", "llm", "vendor")
COLUMNS = {"ml_objective": "objective"}
DAYS = (*DATED, "metric_target_on", "committed_on")


def ready_for(project: Project, gate: str) -> Project:
    """Meet the criteria of a gate and let everybody sign whom it needs; traits that nobody stated are no."""
    project.refresh_from_db()
    unsaid = {name: False for name in TRAITS if getattr(project, name) is None}
    _edit(project, **unsaid, **({} if project.tier else {"tier": "low"}))
    meets(project, gate)
    signed_off(project, gate)
    project.refresh_from_db()
    return project


def meets(project: Project, gate: str) -> None:
    """Meet the criteria of a gate; the signatures are left out."""
    rules = facts.workflow(project).gate(gate)
    somebody = acting(a_member(project.portfolio, "contributor", "Writer"))
    for criterion in rules.criteria:
        HOW[criterion.kind](project, rules, criterion, somebody)
    project.refresh_from_db()


def _field(project: Project, _gate: Gate, criterion: Criterion, somebody: Actor) -> None:
    name = criterion.name
    if name == "owner":
        _edit(project, owner=a_member(project.portfolio))
    elif name == "business_unit":
        _edit(project, unit=units.find_or_create(project.portfolio_id, name="Claims", actor=SYSTEM))
    elif name == "traits_stated":
        _edit(project, **{trait: bool(getattr(project, trait)) for trait in TRAITS})
    elif name == "assessed_on":
        answers.give(project.pk, given=Given("WP6", "C"), actor=somebody)
    elif name.startswith("value_"):  # the ends need the middle
        _edit(project, **{each: VALUES[each] for each in ("value_low", "value_likely", "value_high")})
    elif name in DAYS:
        _edit(project, **{name: _today(project)})
    elif not (name == "tier" and project.tier):
        _edit(project, **{COLUMNS.get(name, name): VALUES.get(name, "Said in words")})


def _planned(project: Project, _gate: Gate, _criterion: Criterion, _somebody: Actor) -> None:
    _edit(project, gate_planned_on=_today(project))


def _team(project: Project, _gate: Gate, _criterion: Criterion, _somebody: Actor) -> None:
    for roles in FUNCTIONS.values():
        if not project.team.filter(role=roles[0]).exists():
            on_team(project, roles[0], a_person(f"{roles[0]} of {project.key}"))


def _answer(project: Project, _gate: Gate, criterion: Criterion, somebody: Actor) -> None:
    given = Given(criterion.name, "Y", "https://wiki.example.org/shown")
    if project.llm or not criterion.name.startswith("GA"):
        answers.give(project.pk, given=given, actor=somebody)


def _checklist(project: Project, _gate: Gate, criterion: Criterion, somebody: Actor) -> None:
    points = dict.fromkeys(lists.shipped()[criterion.name].items, Decimal(1))
    checklists.fill(project.pk, checklist=criterion.name, points=points, actor=somebody)


def _metric(project: Project, _gate: Gate, criterion: Criterion, somebody: Actor) -> None:
    limit = criterion.at_most if criterion.at_least is None else criterion.at_least
    assert isinstance(limit, Decimal)
    named = {"metric": criterion.name, "value": limit, "measured_on": _today(project)}
    measurements.post(project.pk, actor=somebody, **named)


def _evidence(project: Project, gate: Gate, criterion: Criterion, somebody: Actor) -> None:
    evidence.add(
        project.pk,
        kind=criterion.name,
        title=criterion.name,
        url=f"https://wiki.example.org/{criterion.name}",
        gate=gate.code,
        actor=somebody,
    )


def _statement(project: Project, _gate: Gate, criterion: Criterion, somebody: Actor) -> None:
    evidence.state_(project.pk, name=criterion.name, holds=True, actor=somebody)


def _todo(project: Project, gate: Gate, criterion: Criterion, somebody: Actor) -> None:
    ref = f"{gate.code}:{criterion.name}"
    todo = todos.add(project.pk, text=criterion.label, source="gate", ref=ref, actor=somebody)
    todos.finish(todo.pk, actor=somebody)


def _none_open(project: Project, _gate: Gate, _criterion: Criterion, _somebody: Actor) -> None:
    assert not project.blockers.open().exists()


def _edit(project: Project, **fields: Any) -> None:
    if fields:
        projects.edit(project.pk, version=None, actor=SYSTEM, **fields)
    project.refresh_from_db()


def _today(project: Project) -> Any:
    return facts.today(project, timezone.now())


HOW: dict[str, Callable[[Project, Gate, Criterion, Actor], None]] = {
    "field": _field,
    "planned_date": _planned,
    "team": _team,
    "answer": _answer,
    "checklist": _checklist,
    "blockers": _none_open,
    "evidence": _evidence,
    "metric": _metric,
    "todo": _todo,
    "statement": _statement,
}
