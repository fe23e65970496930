"""A project of which nothing is missing goes through every gate of the shipped workflows; no other does."""

import pytest

from projects.actions import moves, projects, stages
from projects.errors import Refused
from projects.queries import facts, gate_facts
from projects.rules import gates
from tests.factories import SYSTEM, a_portfolio, a_project
from tests.readiness import meets, ready_for

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def missing(project, gate):
    return gates.obstacles(gate, gate_facts.of(project, [gate]))


@pytest.mark.parametrize("preset", ["standard", "lean", "regulated"])
@pytest.mark.parametrize("traits", [False, True], ids=["plain", "personal data, language model, vendor"])
def test_a_project_goes_from_the_first_stage_to_the_last_when_it_is_ready_each_time(preset, traits):
    project = a_project(a_portfolio(preset=preset))
    tier = "high" if traits else "low"
    projects.edit(
        project.pk, version=None, personal_data=traits, llm=traits, vendor=traits, tier=tier, actor=SYSTEM
    )
    for gate in facts.workflow(project).gates:
        if gate.kind != "advance":
            continue
        if gate.enforcement == "block":
            with pytest.raises(Refused):
                moves.make(project.pk, to=gate.to_stage, actor=SYSTEM)
        ready_for(project, gate.code)
        assert missing(project, gate) == []
        move = moves.make(project.pk, to=gate.to_stage, actor=SYSTEM).move
        assert (move.to_stage, move.obstacles) == (gate.to_stage, [])
        project.refresh_from_db()
    assert project.outcome == "in_production"


@pytest.mark.parametrize("gate", ["G2", "G5", "G6"])
def test_criteria_without_signatures_open_no_gate(gate):
    project = a_project(a_portfolio())
    rules = facts.workflow(project).gate(gate)
    stages.report(project.pk, to=rules.from_stage, actor=SYSTEM)
    project.refresh_from_db()
    projects.edit(
        project.pk, version=None, tier="low", personal_data=False, llm=False, vendor=False, actor=SYSTEM
    )
    meets(project, gate)
    left = missing(project, rules)
    assert left
    assert {each.field.partition(".")[0] for each in left} <= {"signoff", "team"}
