"""What scores are made of, as rows have it: answers, stays, blockers, marks and sides."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.actions import blockers, moves, projects, stages
from projects.models import Assessment, Blocker, Portfolio, Project
from projects.queries import scoring
from projects.rules.answers import Answer
from projects.rules.quadrants import NO_SIDES, Sides
from tests.factories import SYSTEM, a_crowd, a_portfolio, a_project, on_team
from tests.projects.actions.answered import MONDAY

pytestmark = pytest.mark.django_db
TODAY = MONDAY.date()
HELD_UNTIL = (MONDAY + timedelta(days=150)).date()
BACK = {"kind": "back", "reason_code": "failed_evidence", "note": "Wrong labels.", "actor": SYSTEM}


@pytest.fixture
def monday(time_machine):
    time_machine.move_to(MONDAY, tick=False)
    return time_machine


@pytest.fixture
def project(monday):
    return a_project(a_portfolio())


def inputs(project, now=MONDAY):
    found = Project.objects.select_related("portfolio").get(pk=project.pk)
    return scoring.inputs([found], now=now)[0]


def test_a_new_project_is_hardly_known(project):
    found = inputs(project)
    assert (found.stage, found.furthest_stage, found.active_days) == ("idea", "idea", 0)
    assert (found.answers, found.blockers, found.annual_value) == ({}, (), None)
    assert (found.metric_quality, found.is_llm, found.is_on_hold) == (0, False, False)


def test_a_yes_counts_until_the_last_day_of_its_evidence_and_no_answer_comes_from_the_future():
    short = {
        "WP1": ["Y", "2026-10-24", "2026-11-23"],
        "WP2": ["Y", "2026-10-24", "2026-11-22"],
        "WP3": ["C", "2026-11-23", "2020-01-01"],
        "WP4": ["N", "2026-11-24", None],
    }
    assert scoring.answers(short, TODAY, {}) == {
        "WP1": Answer("Y", 30),
        "WP2": Answer("C", 30),
        "WP3": Answer("C", 0),
        "WP4": Answer("N", 0),
    }


@pytest.mark.parametrize(
    ("entered", "left"),
    [((10, 23, 50), (12, 0, 10)), ((10, 0, 10), (12, 23, 50)), ((10, 12, 0), (12, 12, 0))],
    ids=["two midnights and little more", "almost three days", "two days"],
)
def test_moving_back_keeps_the_days_as_they_were_counted_in_the_furthest_stage(time_machine, entered, left):
    """Whole days by the calendar, or what is due would suddenly weigh less."""
    time_machine.move_to(datetime(2026, 11, *entered, tzinfo=UTC), tick=False)
    project = a_project(a_portfolio())
    stages.report(project.pk, to="data", actor=SYSTEM)
    now = datetime(2026, 11, *left, tzinfo=UTC)
    time_machine.move_to(now, tick=False)
    before = inputs(project, now)
    moves.make(project.pk, to="framing", **BACK)
    after = inputs(project, now)
    assert (after.stage, after.furthest_stage) == ("framing", "data")
    assert after.active_days == before.active_days == 2
    later = now + timedelta(days=400)
    assert inputs(project, later).active_days == 2  # that stay is over


def test_two_stays_and_a_hold_in_the_furthest_stage_count_together_without_the_hold(project, monday):
    sponsor = on_team(project, "SP")
    stages.report(project.pk, to="data", actor=SYSTEM)
    monday.shift(timedelta(days=10))
    moves.make(project.pk, to="framing", **BACK)
    monday.shift(timedelta(days=100))
    stages.report(project.pk, to="data", actor=SYSTEM)
    monday.shift(timedelta(days=5))
    moves.make(project.pk, kind="hold", note="Budget.", until=HELD_UNTIL, approver=sponsor, actor=SYSTEM)
    monday.shift(timedelta(days=30))
    moves.make(project.pk, kind="resume", actor=SYSTEM)
    now = MONDAY + timedelta(days=145)
    assert inputs(project, now).active_days == 15
    moves.make(project.pk, to="framing", **BACK)
    assert inputs(project, now + timedelta(days=50)).active_days == 15


def test_a_stay_that_nobody_knows_of_is_not_known(project):
    Project.objects.filter(pk=project.pk).update(furthest_stage="poc")
    assert inputs(project).active_days is None


def test_blockers_count_until_they_are_solved_and_those_of_others_count_too(project):
    other = a_project(project.portfolio)
    said = {"title": "No contract.", "severity": "high", "actor": SYSTEM}
    own = blockers.raise_(project.pk, category="data_access", raised_on=TODAY - timedelta(days=15), **said)
    shared = blockers.raise_(other.pk, category="budget", affected=[project.pk], **said)
    found = inputs(project).blockers
    assert [(one.ref, one.pitfall, one.age_days, one.is_past_sla) for one in found] == [
        (str(own.pk), "P2", 15, True),
        (str(shared.pk), "P5", 0, False),
    ]
    blockers.resolve(own.pk, resolution="solved", actor=SYSTEM)
    blockers.resolve(shared.pk, resolution="accepted", actor=SYSTEM)
    (left,) = inputs(project).blockers
    assert (left.ref, left.is_accepted) == (str(shared.pk), True)
    Blocker.objects.filter(pk=shared.pk).update(named_at=MONDAY)
    assert inputs(project).blockers == inputs(other).blockers == ()


MARKS = {
    "baseline_measured": {"metric_baseline": Decimal(0), "metric_is_measured": True},
    "target_dated": {"metric_target": Decimal(0), "metric_target_on": date(2027, 1, 1)},
    "method_agreed": {"metric_method_agreed": True},
    "metric_owned": {"metric_owner": "Ines Vogel"},
}


@pytest.mark.parametrize("mark", MARKS)
def test_each_mark_of_a_measurable_metric_is_a_quarter(project, mark):
    for name in MARKS[mark]:
        half = {each: value for each, value in MARKS[mark].items() if each != name}
        if half:
            projects.edit(project.pk, version=None, actor=SYSTEM, **half)
            assert inputs(project).metric_quality == 0
            projects.edit(project.pk, version=None, actor=SYSTEM, **dict.fromkeys(half))
    projects.edit(project.pk, version=None, actor=SYSTEM, **MARKS[mark])
    assert scoring.marks(Project.objects.get(pk=project.pk))[mark]
    assert inputs(project).metric_quality == 0.25


def test_the_value_is_the_estimate_of_three_points(project):
    values = {"value_low": Decimal(10_000), "value_likely": Decimal(40_000), "value_high": Decimal(130_000)}
    projects.edit(project.pk, version=None, actor=SYSTEM, **values)
    assert inputs(project).annual_value == 50_000
    assert isinstance(inputs(project).annual_value, float)


def test_sides_are_those_of_the_last_score_unless_scores_are_asked_for_anew(project):
    Project.objects.filter(pk=project.pk).update(high_risk=True, high_impact=False)
    assert inputs(project).last == Sides(True, False)
    Portfolio.objects.update(scores_asked_at=MONDAY)
    assert inputs(project).last == NO_SIDES


@pytest.mark.parametrize(("number", "queries"), [(1, 1), (2, 3), (20, 3)])
def test_three_queries_for_any_number_and_one_for_one(monday, number, queries):
    portfolio = a_portfolio()
    for each in a_crowd(portfolio, number):
        Assessment.objects.create(project=each)
    # They have come back from a later stage, so that their stays are asked for, too.
    Project.objects.filter(portfolio=portfolio).update(furthest_stage="poc")
    rows = Project.objects.select_related("portfolio")
    scoring.inputs([*rows], now=MONDAY)  # from now on the workflow and the scorecard are known
    found = list(rows.all())
    with CaptureQueriesContext(connection) as captured:
        assert len(scoring.inputs(found, now=MONDAY)) == number
    assert len(captured) == queries
