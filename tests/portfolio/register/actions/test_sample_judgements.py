"""The sample's risk, impact and odds come out of the database to the digits that its file gives."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from portfolio.register.actions import sample_judgements, samples
from projects.models import Answer, Blocker, Event, Project, Score
from projects.models.blockers import POLICY
from projects.rules import blockers, clocks

pytestmark = pytest.mark.once
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ROWS = list(samples.rows())
# The digits that the file gives.
DIGITS = {
    "P1": 2,
    "P2": 2,
    "P3": 2,
    "P4": 2,
    "P5": 2,
    "risk": 2,
    "impact": 2,
    "confidence": 3,
    "p_production": 4,
}


@pytest.fixture(scope="module")
def sample(for_the_module):
    with time_machine.travel(NOON, tick=False):
        return for_the_module(samples.load)


@pytest.fixture
def loaded(sample, db):
    with time_machine.travel(NOON, tick=False):
        yield sample


def stored(project):
    result = project.assessment.result
    return {
        **result["pitfalls"],
        "risk": project.risk,
        "impact": project.impact,
        "confidence": project.confidence,
        "p_production": project.p_production,
        "quadrant": project.quadrant,
        "metric_pending": result["is_metric_pending"],
        "critical_gap": project.has_critical_gap,
        "unproven": project.is_unproven,
    }


def expected(row):
    numbers = {name: float(row[f"x_{name}"]) for name in DIGITS}
    marks = {name: row[f"x_{name}"] == "1" for name in ("metric_pending", "critical_gap", "unproven")}
    return {**numbers, **marks, "quadrant": row["x_quadrant"]}


def test_every_score_of_all_24_is_the_one_that_the_file_expects(loaded):
    projects = {project.name: project for project in Project.objects.select_related("assessment")}
    assert len(projects) == len(ROWS) == 24
    for row in ROWS:
        found, wanted = stored(projects[row["name"]]), expected(row)
        for name, digits in DIGITS.items():
            # Half a unit of the last digit given, and nothing for what lies exactly between two.
            assert abs(found.pop(name) - wanted.pop(name)) <= 0.5 * 10**-digits + 1e-6, (row["code"], name)
        assert found == wanted, row["code"]


def test_answers_are_as_old_as_the_file_says_and_what_nobody_knows_is_not_answered(loaded):
    for row in ROWS:
        answers = Answer.objects.filter(project__name=row["name"])
        letters = "".join(row[f"answers_{column}"] for column in ("P1", "P2", "P3", "P4", "P5", "GA"))
        assert answers.count() == sum(letter != "U" for letter in letters)
        assert sorted(answers.values_list("letter", flat=True)) == sorted(letters.replace("U", ""))
        if row["assessment_age_days"]:
            days = {(NOON.date() - answer.confirmed_on).days for answer in answers}
            assert days == {int(row["assessment_age_days"])}
    assert not Answer.objects.filter(letter="Y", evidence="").exists()


@pytest.mark.parametrize("row", ROWS, ids=[row["code"] for row in ROWS])
@pytest.mark.once
def test_overdue_in_the_file_is_what_the_clock_says(row):
    for standing in sample_judgements.standings(row):
        sla = POLICY.severity(standing.severity).sla_days
        assert standing.is_overdue == (standing.age_days > sla)


def test_blockers_stand_where_the_file_has_them_and_have_risen_on_their_days(loaded):
    today = NOON.date()
    for row in ROWS:
        found = Blocker.objects.filter(project__name=row["name"]).order_by("pk")
        for blocker, standing in zip(found, sample_judgements.standings(row), strict=True):
            assert (blocker.severity, blocker.category) == (standing.severity, standing.category)
            assert (today - blocker.raised_on).days == standing.age_days
            assert (today > blocker.due_on) == standing.is_overdue
            assert (blocker.owner is not None) == standing.has_owner
            clock = clocks.start(POLICY, blocker.severity, blocker.raised_on)
            steps = [day for day in clock.steps_on if day <= today]
            assert blocker.level == len(steps)
            told = Event.objects.filter(kind="blocker.escalated", payload__blocker=blocker.pk)
            assert sorted(event.at.date() for event in told) == steps


def test_the_sample_has_one_row_of_history_for_each_project(loaded):
    assert Score.objects.count() == 24
    assert set(Score.objects.values_list("on", flat=True)) == {date(2026, 11, 20)}
    # What is loaded is no news.
    assert not Event.objects.filter(kind="score.quadrant_changed").exists()


def test_every_category_of_the_sample_is_known():
    assert {one.category for row in ROWS for one in sample_judgements.standings(row)} <= {
        category.code for category in blockers.shipped().categories
    }
