"""Whatever is done with answers in whatever order, what the scores read says what the rows say."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.actions import answers
from projects.actions.answers import Given
from projects.errors import Refused
from projects.models import Answer, Assessment, Event, Project
from projects.queries import assessments, scoring
from projects.rules import scores
from tests.factories import SYSTEM, a_member, a_portfolio, a_project, acting
from tests.projects.actions.answered import LINK, MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.once]
QUESTIONS = st.sampled_from(["WP1", "WP2", "DQ1", "OO3", "NT6"])
SAID = st.builds(
    Given,
    QUESTIONS,
    st.sampled_from("YCPTNUX"),
    st.sampled_from(["", LINK, "In the blue folder"]),
    st.sampled_from([None, MONDAY.date() + timedelta(days=4), MONDAY.date() + timedelta(days=400)]),
    st.sampled_from(["", "Nothing is labelled."]),
)
STEP = st.one_of(
    st.tuples(st.just("give"), SAID),
    st.tuples(st.just("give_many"), st.lists(SAID, min_size=1, max_size=4)),
    st.tuples(st.just("confirm"), st.sampled_from(["", "P1", "P2", "P5"])),
    st.tuples(st.just("agree"), QUESTIONS),
    st.tuples(st.just("wait"), st.sampled_from([1, 5, 45])),
)
WHO = st.integers(0, 2)


def _take(project, people, clock, who, step):
    kind, what = step
    if kind == "wait":
        clock.shift(timedelta(days=what))
    elif kind == "give":
        answers.give(project.pk, given=what, actor=people[who])
    elif kind == "give_many":
        answers.give_many(project.pk, given=what, actor=people[who])
    elif kind == "confirm":
        answers.confirm(project.pk, pitfall=what, actor=people[who])
    else:
        answers.agree(project.pk, question=what, actor=people[who])


def _read_anew(project):
    """The short form by the words of the model, from the rows alone."""
    found = {}
    for row in Answer.objects.filter(project=project, replaced_at=None):
        letter = row.letter
        if letter == "X" and row.agreed_at is None:
            letter = "U"
        assert letter != "Y" or row.evidence
        until = row.evidence_until
        found[row.question] = [letter, row.confirmed_on.isoformat(), until and until.isoformat()]
    return found


def _check(project):
    known = Assessment.objects.get(project=project)
    assert known.answers == _read_anew(project)
    project = Project.objects.select_related("portfolio").get(pk=project.pk)
    inputs = scoring.inputs([project], now=known.scored_at)[0]
    again = scores.score(scoring.card(project), inputs)
    assert (project.risk, project.confidence) == (again.risk, again.confidence)
    assert assessments.explanation(project).score.risk == project.risk


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(st.tuples(WHO, STEP), min_size=1, max_size=12))
def test_answers_in_short_and_scores_are_what_the_rows_say(time_machine, steps):
    time_machine.move_to(MONDAY, tick=False)
    with transaction.atomic():
        project = a_project(a_portfolio())
        people = [acting(a_member(project.portfolio)), acting(a_member(project.portfolio)), SYSTEM]
        for who, step in steps:
            before = Event.objects.count(), Answer.objects.count()
            try:
                _take(project, people, time_machine, who, step)
            except Refused:
                assert (Event.objects.count(), Answer.objects.count()) == before
            if step[0] != "wait":
                _check(project)
        assert Answer.objects.filter(replaced_at=None).count() <= 5
        transaction.set_rollback(True)
