"""Several people answer at once: they take turns, and no answer is lost. On a real PostgreSQL."""

import pytest

from projects.actions import answers, projects
from projects.actions.answers import Given
from projects.models import Answer, Assessment, Event, Project
from projects.queries import scoring
from projects.rules import scores
from tests.factories import a_member, a_portfolio, a_project, acting
from tests.races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def project():
    return a_project(a_portfolio())


@pytest.fixture
def people(project):
    return [acting(a_member(project.portfolio)) for _ in range(6)]


def _scored_anew(project):
    project = Project.objects.select_related("portfolio").get(pk=project.pk)
    inputs = scoring.inputs([project], now=project.scored_at)[0]
    return project.risk, scores.score(scoring.card(project), inputs).risk


def test_answers_to_different_questions_at_once_are_all_kept_and_scored(project, people):
    questions = [each.id for each in scoring.card(project).asked(False)[: len(people)]]
    results = at_once(
        *[
            lambda who=who, question=question: answers.give(project.pk, given=Given(question, "C"), actor=who)
            for who, question in zip(people, questions, strict=True)
        ]
    )
    assert all(isinstance(result, Answer) for result in results), results
    known = Assessment.objects.get(project=project)
    assert sorted(known.answers) == sorted(questions)
    assert sorted(known.record["answers"]) == sorted(questions)
    stored, anew = _scored_anew(project)
    assert stored == anew


def test_one_question_answered_by_several_at_once_has_one_answer_and_its_history(project, people):
    letters = "CPTNCP"
    results = at_once(
        *[
            lambda who=who, letter=letter: answers.give(project.pk, given=Given("WP1", letter), actor=who)
            for who, letter in zip(people, letters, strict=True)
        ]
    )
    assert all(isinstance(result, Answer) for result in results), results
    present = Answer.objects.get(project=project, replaced_at=None)
    assert Assessment.objects.get(project=project).answers["WP1"][0] == present.letter
    given = Event.objects.filter(project=project, kind="answer.given").count()
    assert given == Answer.objects.filter(project=project).count()
    stored, anew = _scored_anew(project)
    assert stored == anew


def test_an_edit_at_the_same_time_does_not_score_without_the_answer(project, people):
    for number in range(4):
        at_once(
            lambda number=number: answers.give(
                project.pk, given=Given("WP1", "NP"[number % 2]), actor=people[0]
            ),
            lambda number=number: projects.edit(
                project.pk, version=number + 1, actor=people[1], strategic=number
            ),
        )
        stored, anew = _scored_anew(project)
        assert stored == anew


def test_an_agreement_and_a_new_answer_at_once_take_turns(project, people):
    for _ in range(4):
        answers.give(project.pk, given=Given("DQ4", "X", reason="No labels."), actor=people[0])
        at_once(
            lambda: answers.agree(project.pk, question="DQ4", actor=people[1]),
            lambda: answers.give(project.pk, given=Given("DQ4", "P"), actor=people[2]),
        )
        present = Answer.objects.get(project=project, replaced_at=None)
        assert present.letter == "P"
        assert Assessment.objects.get(project=project).answers["DQ4"][0] == "P"
