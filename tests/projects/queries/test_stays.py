"""How long a project has been where it is: as the flags count, and as the stepper shows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from projects.actions import moves, stages
from projects.models import Project, Spell
from projects.queries import clocks, flags, gates, projects, stays, teams
from tests import factories
from tests.factories import SYSTEM

pytestmark = pytest.mark.django_db


def shift(project, days):
    """Everything that happened to the project was some days earlier."""
    gone = timedelta(days=days)
    for spell in Spell.objects.filter(project=project):
        Spell.objects.filter(pk=spell.pk).update(
            entered_at=spell.entered_at - gone, left_at=spell.left_at and spell.left_at - gone
        )
    project.refresh_from_db()
    Project.objects.filter(pk=project.pk).update(
        stage_since=project.stage_since - gone, hold_since=project.hold_since and project.hold_since - gone
    )


def fresh(project):
    return projects.one(SYSTEM, project.key)


def test_days_agree_with_the_flag_rules_over_returns_and_holds():
    project = factories.a_project()
    sponsor = factories.on_team(project, "SP")
    moves.make(project.pk, to="framing", actor=SYSTEM)
    shift(project, 10)
    moves.make(project.pk, kind="back", to="idea", reason_code="pivot", note="x", actor=SYSTEM)
    shift(project, 5)
    moves.make(project.pk, to="framing", actor=SYSTEM)
    shift(project, 7)
    until = timezone.localdate() + timedelta(days=30)
    moves.make(project.pk, kind="hold", note="x", until=until, approver=sponsor, actor=SYSTEM)
    shift(project, 20)
    shown = stays.stay(fresh(project)).days
    now = timezone.now()
    row = fresh(project)
    zone = clocks.Clocks(now).at(row.portfolio.time_zone)[0]
    counted = clocks.active_days(
        row.stage_since,
        clocks.shift(row, row.attempt, row.standard_stage),
        row.hold_since,
        now,
        zone,
    )
    assert shown == counted == 17
    found = flags.of([project.pk], now=now, cleared_since=now)[0].found
    assert "STAGE_OVERRUN" not in [finding.rule for finding in found]


def test_the_stepper_knows_when_each_stage_was_entered():
    project = factories.a_project()
    moves.make(project.pk, to="framing", actor=SYSTEM)
    stay = stays.stay(fresh(project))
    assert [step.is_done for step in stay.steps[:3]] == [True, False, False]
    assert stay.steps[1].is_now
    assert stay.steps[0].entered_at < stay.steps[1].entered_at
    assert stay.steps[2].entered_at is None
    assert stay.place == 2
    assert stay.typical == 30


def test_a_restart_begins_the_stepper_anew():
    project = factories.a_project()
    stages.report(project.pk, to="poc", actor=SYSTEM)
    moves.make(project.pk, kind="stop", reason_code="budget", actor=SYSTEM)
    moves.make(project.pk, kind="restart", actor=SYSTEM)
    stay = stays.stay(fresh(project))
    assert stay.place == 2
    assert stay.steps[0].entered_at is None


def test_a_gate_counts_what_is_met_of_what_it_asks():
    project = factories.a_project(problem="Late", kind="new", personal_data=True, llm=False, vendor=False)
    state = gates.ahead(project)
    assert (state.words, state.total) == ("3 of 6", 6)
    assert state.met == ("Problem", "Kind of initiative", "Traits (personal data, language model, vendor)")
    assert [found.field for found in state.missing] == ["business_unit", "owner", "team.PO"]
    assert not state.blocks


def test_a_person_who_left_fills_no_role():
    project = factories.a_project()
    person = factories.on_team(project, "PO")
    person.is_active = False
    person.save()
    team = teams.members(project)
    state = gates.ahead(project, teams.active(team))
    assert "team.PO" in [found.field for found in state.missing]
    slot = next(slot for slot in teams.slots(project, team) if slot.code == "PO")
    assert slot.people == (person,)
    assert slot.is_needed_now


def test_earlier_stays_of_an_attempt_count_together_without_their_pauses():
    project = factories.a_project()
    began, days = timezone.now() - timedelta(days=100), timedelta(days=1)
    stays_there = [(2, 0, 10, 1), (2, 20, 5, 2), (1, 40, 30, 0)]  # attempt, begun, lasted, paused: in days
    for attempt, after, lasted, paused in stays_there:
        entered = began + after * days
        stay = {"entered_at": entered, "left_at": entered + lasted * days, "held": paused * days}
        Spell.objects.create(
            project=project, attempt=attempt, stage="data", standard_stage="data", **stay, cause="back"
        )
    assert clocks.shift(project, 2, "data") == 12 * days
    assert clocks.shift(project, 1, "data") == 30 * days
    assert clocks.shift(project, 1, "poc") == timedelta(0)
