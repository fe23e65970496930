"""A night and people at the same moment: no change is lost, nothing is told twice. On a real PostgreSQL."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from projects.actions import answers, blockers, projects, scores, stages
from projects.actions.answers import Given
from projects.models import Assessment, Event, Project, Score
from tests.factories import SYSTEM, a_crowd, a_portfolio, a_project
from tests.projects.actions.answered import LINK
from tests.projects.actions.kept_scores import assert_made_of_its_record, assert_of_now, row
from tests.projects.rules.score_cases import CARD
from tests.races import at_once
from tests.waiting import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
QUESTIONS = ("WP1", "WP2", "WP3", "DQ1", "NT1", "NT4")


@pytest.fixture
def project():
    project = a_project(a_portfolio())
    stages.report(project.pk, to="data", actor=SYSTEM)
    return project


def test_a_night_counts_the_answer_that_it_waited_for(project):
    """It finds the row locked by somebody who answers, waits, and reads the answers as they are then."""
    scores.age(project.portfolio_id, actor=SYSTEM, now=timezone.now())

    def give():
        with transaction.atomic():
            answers.give(project.pk, given=Given("WP1", "Y", LINK), actor=SYSTEM)
            # Not committed before the night waits for this row.
            wait_until(_somebody_waits, pause=0.02)

    def age():
        wait_until(lambda: _is_locked(project), pause=0.02)
        return scores.age(project.portfolio_id, actor=SYSTEM, now=timezone.now() + timedelta(days=1))

    given, aged = at_once(give, age)
    assert (given, aged.projects) == (None, 1)
    kept = Assessment.objects.get(project=project)
    assert kept.record["answers"] == {"WP1": ["Y", 1]}
    assert_made_of_its_record(project)


def _is_locked(project):
    with transaction.atomic():
        return not Project.objects.select_for_update(skip_locked=True).filter(pk=project.pk).exists()


def _somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return cursor.fetchone()[0] > 0


def test_answers_blockers_edits_and_nights_at_once_leave_the_scores_of_all_of_them(project):
    def give(question):
        return lambda: answers.give(project.pk, given=Given(question, "Y", LINK), actor=SYSTEM)

    def night():
        return scores.age(project.portfolio_id, actor=SYSTEM, now=timezone.now())

    def edit():
        return projects.edit(project.pk, version=None, strategic=4, actor=SYSTEM)

    def block():
        return blockers.raise_(
            project.pk, title="No contract.", category="budget", severity="high", actor=SYSTEM
        )

    results = at_once(*map(give, QUESTIONS), night, edit, block, night)
    assert not [result for result in results if isinstance(result, Exception)]
    kept = Assessment.objects.get(project=project)
    assert set(kept.record["answers"]) == set(QUESTIONS)
    assert len(kept.record["blockers"]) == 1
    assert kept.record["strategic"] == 4
    assert_of_now(project)
    assert Score.objects.filter(project=project).count() == 1


def test_nights_at_once_write_once_and_tell_once(project):
    crowd = a_crowd(project.portfolio, 30)
    Project.objects.filter(pk__in=[each.pk for each in crowd]).update(
        stage="production", standard_stage="production", furthest_stage="production",
        quadrant="quick_win", high_risk=False, high_impact=True, outcome="in_production",
    )  # fmt: skip
    given = {question.id: ["N", "2026-11-01", None] for question in CARD.asked(False)}
    Assessment.objects.bulk_create(Assessment(project=each, answers=given) for each in crowd)
    now = timezone.now()
    results = at_once(*[lambda: scores.age(project.portfolio_id, actor=SYSTEM, now=now)] * 4)
    assert {aged.projects for aged in results} == {31}
    assert Event.objects.filter(kind="score.quadrant_changed").count() == len(crowd)
    assert Score.objects.filter(project__in=crowd).count() == len(crowd)
    for each in crowd:
        assert row(each).quadrant == "reconsider"
        assert_made_of_its_record(each)
