"""Pivots: noted where the goal changes late, told in the history, and never of a correction."""

from datetime import UTC, date, datetime

import pytest

from projects.actions import projects, stages
from projects.models import Event, Project
from projects.queries import timelines
from tests.factories import SYSTEM, a_member, a_portfolio, a_project, acting

pytestmark = pytest.mark.django_db
OLD, NEW = "Rank claims by cost", "Rank claims by risk"


@pytest.fixture
def project():
    made = a_project(a_portfolio(time_zone="Pacific/Auckland"), objective=OLD, metric_name="Cycle time")
    stages.report(made.pk, to="mvp", actor=SYSTEM)
    return made


@pytest.fixture
def editor(project):
    return acting(a_member(project.portfolio))


def edit(project, actor, **fields):
    projects.edit(project.pk, version=None, actor=actor, **fields)
    return Project.objects.values_list("pivoted_on", "pivot_stage").get(pk=project.pk)


def told():
    return [event.payload for event in Event.objects.filter(kind="project.pivoted")]


def test_it_is_dated_in_the_portfolios_calendar_with_the_stage_it_had_come_to(project, editor, time_machine):
    time_machine.move_to(datetime(2026, 11, 20, 22, tzinfo=UTC), tick=False)
    assert edit(project, editor, objective=NEW, name="Other name") == (date(2026, 11, 21), "mvp")
    assert told() == [{"stage": "mvp", "changes": {"objective": [OLD, NEW]}}]


def test_who_goes_back_first_has_pivoted_all_the_same(project, editor):
    Project.objects.filter(pk=project.pk).update(stage="framing", standard_stage="framing")
    assert edit(project, editor, metric_name="Cost of a claim")[1] == "mvp"


def test_a_correction_is_none_and_the_history_says_so(project, editor):
    assert edit(project, editor, objective=NEW, is_correction=True) == (None, "")
    assert not told()
    assert Event.objects.get(kind="project.edited", payload__has_key="is_correction").payload["is_correction"]


@pytest.mark.parametrize("fields", [{"metric_target": 3}, {"objective": f" {OLD.upper()}"}, {"name": NEW}])
def test_what_is_no_other_goal_is_none(project, editor, fields):
    assert edit(project, editor, **fields) == (None, "")


def test_before_the_proof_of_concept_nothing_is_lost(editor, project):
    early = a_project(project.portfolio, "Early", objective=OLD)
    assert edit(early, editor, objective=NEW) == (None, "")


def test_a_file_that_brings_another_goal_is_no_excuse(project):
    assert edit(project, SYSTEM, objective=NEW, is_reported=True)[1] == "mvp"


def test_the_history_tells_both_goals(project, editor):
    edit(project, editor, objective=NEW)
    entries = [entry.text for entry in timelines.page(project).entries]
    assert f"changed what the project is for: ML objective from “{OLD}” to “{NEW}”" in entries
