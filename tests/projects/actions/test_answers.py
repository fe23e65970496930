"""Answers: given, confirmed, agreed; kept as history, and in step with what the scores read."""

import pytest

from projects.actions import answers
from projects.actions.answers import Given
from projects.models import Answer, Project
from projects.queries import assessments, comparisons
from tests.factories import a_member, a_portfolio, a_project, acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return a_project(a_portfolio())


@pytest.fixture
def actor(project):
    return acting(a_member(project.portfolio))


def test_smoke(project, actor):
    row = answers.give(project.pk, given=Given("WP1", "Y", "https://example.org/x"), actor=actor)
    assert row.letter == "Y"
    p = Project.objects.get(pk=project.pk)
    assert p.risk is not None
    assert assessments.sheet(p).answered == 1
    assert assessments.explanation(p).score.risk == p.risk
    assert comparisons.trend(p)["risk"]
    c = comparisons.compare(p, comparisons.days(p)[0], comparisons.days(p)[0])
    assert c.rows == ()
    assert answers.confirm(project.pk, actor=actor) == 1
    answers.give_many(project.pk, given=[Given("WP2", "N"), Given("WP3", "X", reason="r")], actor=actor)
    answers.agree(project.pk, question="WP3", actor=acting(a_member(project.portfolio)))
    assert Answer.objects.count() == 3
