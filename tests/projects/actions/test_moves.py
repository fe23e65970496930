"""Moves through the action: what they leave behind, and what a refusal does not."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from projects.actions import moves, projects, stages
from projects.errors import NotAllowed, Refused, Stale
from projects.models import Event, Hold, Move, Project, Spell
from tests.factories import SYSTEM, a_member, a_person, a_portfolio, a_project, acting, on_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def portfolio():
    return a_portfolio()


@pytest.fixture
def project(portfolio):
    return a_project(portfolio)


@pytest.fixture
def maker(portfolio):
    return acting(a_member(portfolio, "contributor"))


def test_one_step_forward_leaves_a_move_a_spell_and_an_event(project, maker):
    made = moves.make(project.pk, to="framing", actor=maker)
    project.refresh_from_db()
    assert (project.stage, project.standard_stage, project.furthest_stage) == ("framing",) * 3
    assert made.move.kind == "advance"
    assert [(s.stage, s.cause, s.left_at is None) for s in Spell.objects.filter(project=project)] == [
        ("idea", "advance", False),
        ("framing", "", True),
    ]
    assert Event.objects.filter(project=project, kind="stage.advanced").count() == 1


def test_a_warning_gate_lets_through_and_keeps_what_it_found(project, maker):
    made = moves.make(project.pk, to="framing", actor=maker)
    codes = {found["code"] for found in made.move.obstacles}
    assert "role_unfilled" in codes and "field_missing" in codes


def test_the_same_move_again_is_no_change_and_no_error(project, maker):
    moves.make(project.pk, to="framing", actor=maker)
    again = moves.make(project.pk, to="framing", actor=maker)
    assert again.move is None and again.plan.no_change
    assert Move.objects.filter(project=project).count() == 1


def test_a_closed_gate_changes_nothing_and_names_every_obstacle(project, maker):
    stages.report(project.pk, to="data", actor=SYSTEM)
    before = _state(project)
    with pytest.raises(Refused) as caught:
        moves.make(project.pk, to="poc", actor=maker)
    assert caught.value.code == "gate_closed"
    assert len(caught.value.obstacles) > 3
    assert _state(project) == before


def test_a_dry_run_says_what_would_happen_and_changes_nothing(project, maker):
    before = _state(project)
    made = moves.make(project.pk, to="framing", actor=maker, dry_run=True)
    assert made.plan.to_stage == "framing" and made.plan.is_allowed
    assert _state(project) == before


def test_a_viewer_may_not_move_and_a_stranger_neither(project, portfolio):
    for person in (a_member(portfolio, "viewer"), a_person()):
        with pytest.raises(NotAllowed):
            moves.make(project.pk, to="framing", actor=acting(person))


def test_a_hold_pauses_the_spell_and_resuming_counts_the_time_out(project, maker, time_machine):
    sponsor = on_team(project, "SP")
    time_machine.move_to(timezone.now(), tick=False)
    moves.make(
        project.pk,
        kind="hold",
        note="The data owner is away.",
        until=timezone.localdate() + timedelta(days=20),
        approver=sponsor,
        actor=maker,
    )
    project.refresh_from_db()
    assert (project.status, project.stage) == ("on_hold", "idea")
    time_machine.shift(timedelta(days=12))
    moves.make(project.pk, kind="resume", actor=maker)
    project.refresh_from_db()
    assert project.status == "active" and project.resume_on is None
    held = Spell.objects.get(project=project).held
    assert held == timedelta(days=12)
    assert Hold.objects.get(project=project).ended_at is not None


def test_nobody_approves_their_own_hold(project, portfolio):
    manager = a_member(portfolio, "manager")
    with pytest.raises(Refused) as caught:
        moves.make(
            project.pk,
            kind="hold",
            note="Waiting",
            until=timezone.localdate() + timedelta(days=5),
            approver=manager,
            actor=acting(manager),
        )
    assert [found.code for found in caught.value.obstacles] == ["approver_is_requester"]


def test_stopping_ends_the_spell_and_a_restart_begins_a_new_attempt(project, portfolio):
    manager = acting(a_member(portfolio, "manager"))
    moves.make(project.pk, kind="stop", reason_code="budget", actor=manager)
    project.refresh_from_db()
    assert project.outcome == "stopped" and project.ended_at
    assert not Spell.objects.filter(project=project, left_at=None).exists()
    moves.make(project.pk, kind="restart", actor=manager)
    project.refresh_from_db()
    assert (project.outcome, project.attempt, project.stage, project.ended_at) == ("open", 2, "framing", None)
    assert Spell.objects.get(project=project, left_at=None).attempt == 2


def test_the_same_external_id_makes_one_move_and_another_body_is_refused(project, maker):
    first = moves.make(project.pk, to="framing", source="ci", external_id="run-7", actor=maker)
    again = moves.make(project.pk, to="framing", source="ci", external_id="run-7", actor=maker)
    assert again.is_repeat and again.move.pk == first.move.pk
    with pytest.raises(Refused) as caught:
        moves.make(project.pk, to="data", source="ci", external_id="run-7", actor=maker)
    assert caught.value.code == "external_id_reused"


def test_the_second_of_two_people_is_told_what_the_first_changed(project, maker):
    seen = project.version
    projects.edit(project.pk, version=seen, problem="Simple claims wait.", actor=maker)
    with pytest.raises(Stale) as caught:
        moves.make(project.pk, to="framing", version=seen, actor=maker)
    assert [found.field for found in caught.value.obstacles] == ["problem"]


def test_a_report_passes_gates_unexamined_and_names_them(project):
    since = timezone.now() - timedelta(days=100)
    move = stages.report(project.pk, to="pilot", since=since, precision="month", actor=SYSTEM)
    project.refresh_from_db()
    assert project.stage == "pilot" and not move.gate_examined and not move.obstacles
    assert [gate["code"] for gate in move.gates] == ["G0", "G1", "G2", "G3", "G4", "G5"]
    assert {gate["treatment"] for gate in move.gates} == {"reported"}
    spell = Spell.objects.get(project=project, left_at=None)
    assert (spell.entered_at, spell.precision) == (since, "month")
    assert stages.report(project.pk, to="pilot", actor=SYSTEM) is None


def test_a_planned_gate_date_belongs_to_the_gate_ahead(project, maker):
    projects.edit(project.pk, version=None, gate_planned_on=date(2027, 1, 15), actor=maker)
    moves.make(project.pk, to="framing", actor=maker)
    project.refresh_from_db()
    assert project.gate_planned_on is None


def _state(project):
    row = Project.objects.filter(pk=project.pk).values().get()
    return row, Move.objects.count(), Spell.objects.count(), Event.objects.count()
