"""How long projects stayed in their stages, from what they really did."""

from datetime import UTC, datetime, timedelta

import pytest

from projects.actions import moves, projects, stages, workflows
from projects.actors import Actor
from projects.models import Project, Spell
from projects.queries import histories
from projects.rules import workflow
from projects.rules.survivals import Stay
from tests import factories

pytestmark = pytest.mark.django_db

START = datetime(2026, 1, 5, 10, tzinfo=UTC)


def on_day(number):
    """The system, on a day counted from the start."""
    return Actor(None, "command", at=START + timedelta(days=number))


def day(number):
    return (START + timedelta(days=number)).date()


@pytest.fixture
def portfolio():
    made = factories.a_portfolio()
    definition = workflow.dump(made.workflow.rules)
    for gate in definition["gates"]:
        gate["enforcement"] = "record"  # nothing is asked, so every decision can be made
    workflows.publish(made.pk, definition=definition, actor=factories.SYSTEM)
    made.refresh_from_db()
    return made


@pytest.fixture
def project(portfolio):
    return projects.create(portfolio.pk, name="Claims triage", actor=on_day(0))


def test_decisions_end_a_stay_and_the_present_one_goes_on(portfolio, project):
    moves.make(project.pk, to="framing", actor=on_day(20))
    found = histories.read(portfolio, day(50))
    assert found.stays == {"idea": [Stay(20, "advance")], "framing": [Stay(30)]}
    assert found.elapsed == {project.pk: 30}


def test_a_stop_and_a_move_back_are_decisions_too(portfolio, project):
    moves.make(project.pk, to="framing", actor=on_day(10))
    moves.make(project.pk, kind="back", to="idea", reason_code="pivot", note="Why.", actor=on_day(15))
    moves.make(project.pk, kind="stop", reason_code="budget", note="Why.", actor=on_day(18))
    found = histories.read(portfolio, day(50))
    assert found.stays == {"idea": [Stay(10, "advance"), Stay(3, "stop")], "framing": [Stay(5, "back")]}
    assert found.returns == {"framing": ["idea"]}
    assert found.elapsed == {}


def test_a_past_day_knows_nothing_of_what_came_later(portfolio, project):
    moves.make(project.pk, to="framing", actor=on_day(20))
    assert histories.stays(portfolio, day(12)) == {"idea": [Stay(12)]}
    assert histories.stays(portfolio, day(20)) == {"idea": [Stay(20, "advance")], "framing": [Stay(0)]}
    assert histories.stays(portfolio, day(-1)) == {}


def test_what_a_file_reports_lasted_at_least_so_long(portfolio, project):
    stages.report(project.pk, to="poc", actor=on_day(30))
    assert histories.stays(portfolio, day(40)) == {"idea": [Stay(30)], "poc": [Stay(10)]}


def test_time_on_hold_does_not_count(portfolio, project):
    approver = factories.on_team(project, "SP")
    hold = {"kind": "hold", "note": "Why.", "approver": approver}
    moves.make(project.pk, **hold, until=day(90), actor=on_day(10))
    assert histories.stays(portfolio, day(30)) == {"idea": [Stay(10)]}
    moves.make(project.pk, kind="resume", actor=on_day(50))
    assert histories.stays(portfolio, day(70)) == {"idea": [Stay(30)]}
    moves.make(project.pk, to="framing", actor=on_day(75))
    assert histories.stays(portfolio, day(75))["idea"] == [Stay(35, "advance")]
    # Asked for a day before the resumption, the whole hold is not known yet.
    assert histories.stays(portfolio, day(20)) == {"idea": [Stay(10)]}
    assert histories.stays(portfolio, day(60)) == {"idea": [Stay(20)]}


def test_a_restart_begins_a_stay(portfolio, project):
    moves.make(project.pk, kind="stop", reason_code="budget", note="Why.", actor=on_day(8))
    moves.make(project.pk, kind="restart", actor=on_day(20))
    assert histories.stays(portfolio, day(25)) == {"idea": [Stay(8, "stop")], "framing": [Stay(5)]}


def test_stages_of_one_standard_code_are_one_stay(portfolio, project):
    _spell(project, 0, 10, "advance")
    _spell(project, 10, 25, "advance")
    Spell.objects.filter(project=project, left_at=None).update(
        entered_at=START + timedelta(days=25), stage="framing", standard_stage="framing"
    )
    assert histories.stays(portfolio, day(30)) == {"idea": [Stay(25, "advance")], "framing": [Stay(5)]}


def test_a_roll_back_is_a_move_back_and_a_retirement_a_stop(portfolio, project):
    _spell(project, 0, 10, "rollback", stage="production")
    _spell(project, 10, 25, "retire", stage="pilot")
    Spell.objects.filter(project=project, left_at=None).delete()
    found = histories.read(portfolio, day(30))
    assert found.stays == {"production": [Stay(10, "back")], "pilot": [Stay(15, "stop")]}
    assert found.returns == {"production": ["pilot"]}


def test_who_began_in_a_year_is_left_out_but_known_to_be_there(portfolio, project):
    Spell.objects.filter(project=project).update(precision="year")
    found = histories.read(portfolio, day(100))
    assert found.stays == {}
    assert found.elapsed == {project.pk: 100}


def test_a_project_put_away_was_seen_until_then(portfolio, project):
    projects.archive(project.pk, actor=on_day(12))
    assert histories.read(portfolio, day(40)).stays == {"idea": [Stay(12)]}
    assert histories.read(portfolio, day(40)).elapsed == {}
    assert histories.read(portfolio, day(9)).elapsed == {project.pk: 9}


def test_deleted_projects_and_other_portfolios_say_nothing(portfolio, project):
    factories.a_project()
    Project.objects.filter(pk=project.pk).update(deleted_at=START)
    assert histories.stays(portfolio, day(40)) == {}


def test_generated_stays_carry_their_mark_and_are_counted(portfolio, project):
    Project.objects.filter(pk=project.pk).update(is_generated=True)
    projects.create(portfolio.pk, name="A real one", actor=on_day(0))
    found = histories.read(portfolio, day(4))
    assert sorted(found.stays["idea"]) == [Stay(4), Stay(4, "", True)]
    assert found.generated == 1


def test_two_queries_for_any_number(portfolio, project, django_assert_num_queries):
    with django_assert_num_queries(2):
        histories.read(portfolio, day(40))
    factories.a_crowd(portfolio, 20, stage_since=START)
    with django_assert_num_queries(2):
        assert len(histories.read(portfolio, day(40)).visits) == 21


def _spell(project, begin, end, cause, *, stage="idea"):
    return Spell.objects.create(
        project=project,
        stage=f"{stage}-{begin}",
        standard_stage=stage,
        entered_at=START + timedelta(days=begin),
        left_at=START + timedelta(days=end),
        cause=cause,
    )
