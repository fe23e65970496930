"""What a gate looks at is read in one query for one project, in six at most for fifty."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.actions import answers, evidence, stages, todos
from projects.actions.answers import Given
from projects.actions.decisions import Asked
from projects.models import Project
from projects.queries import facts, gate_facts, scoring
from projects.rules import gates
from tests.factories import SYSTEM, a_portfolio, a_project, asked, on_team, signs
from tests.projects.actions.blockers.cases import raised

pytestmark = pytest.mark.django_db
MOST = 6
PRESETS = ["standard", "lean", "regulated"]
TOLD = {"tier": "high", "personal_data": True, "vendor": True, "llm": True, "metric_target": 5}


@pytest.fixture(params=PRESETS)
def full(request):
    """A project with something in every family of facts: people, signatures, evidence, answers and more."""
    return filled(a_portfolio(preset=request.param))


def filled(portfolio):
    project = a_project(portfolio, **TOLD)
    last = facts.workflow(project).stages[-1]
    stages.report(project.pk, to=last.code, actor=SYSTEM)
    project.refresh_from_db()
    po, ml = on_team(project, "PO"), on_team(project, "ML")
    raised(project)
    raised(a_project(portfolio), affected=[project.pk])
    for gate in facts.workflow(project).gates:
        for criterion in (each for each in gate.criteria if each.kind == "todo"):
            ref = f"{gate.code}:{criterion.name}"
            todos.add(project.pk, text=criterion.name, source="gate", ref=ref, actor=SYSTEM)
    for question in list(scoring.card(project).asked(True))[:4]:
        answers.give(project.pk, given=Given(question.id, "C"), actor=SYSTEM)
    for kind in ("model_card", "validation_report"):
        link = f"https://reports.example.org/{kind}"
        evidence.add(project.pk, kind=kind, title=kind, url=link, gate="G7", actor=SYSTEM)
    rows = asked(project, "G7", "PO", "ML")
    due = timezone.localdate() + timedelta(9)
    asks = [Asked("One", "by_date", None, due), Asked("Two", "before_next_gate")]
    signs(rows["PO"], po, "approved_with_conditions", conditions=asks)
    signs(rows["ML"], ml)
    return project


def fresh(*ids):
    """As an action and a list read them."""
    return list(Project.objects.select_related("portfolio").filter(pk__in=ids).order_by("pk"))


def test_each_gate_takes_one_query(full):
    for gate in facts.workflow(full).gates:
        (project,) = fresh(full.pk)
        with CaptureQueriesContext(connection) as captured:
            known = gate_facts.of(project, [gate])
            gates.obstacles(gate, known)
        assert len(captured) == 1, (gate.code, [each["sql"] for each in captured])


def test_all_gates_at_once_take_one_and_see_everything(full):
    (project,) = fresh(full.pk)
    every = facts.workflow(project).gates
    with CaptureQueriesContext(connection) as captured:
        known = gate_facts.of(project, every)
    assert len(captured) == 1, [each["sql"] for each in captured]
    assert sorted(each.role for each in known.signing["G7"].given) == ["ML", "PO"]


@pytest.mark.parametrize("preset", PRESETS)
def test_fifty_projects_take_as_many_as_three_and_see_what_one_sees(preset):
    portfolio = a_portfolio(preset=preset)
    some = [filled(portfolio) for _ in range(3)]
    some += [a_project(portfolio, **TOLD) for _ in range(47)]
    workflow = facts.workflow(some[0])
    counted, seen = [], []
    for ids in ([some[0].pk], [each.pk for each in some[:3]], [each.pk for each in some]):
        rows = fresh(*ids)
        for row in rows:  # in real lists the workflow comes with the rows
            facts.workflow(row)
        with CaptureQueriesContext(connection) as captured:
            known = gate_facts.many(rows, lambda _project: workflow.gates)
        assert sorted(known) == sorted(ids)
        counted.append(len(captured))
        seen.append(known[some[0].pk])
    assert counted[0] == 1 and counted[1] == counted[2] <= MOST, counted
    assert seen[0] == seen[1] == seen[2]
