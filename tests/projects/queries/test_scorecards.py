"""What a scorecard would do to the projects of a portfolio, without doing it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.actions import answers
from projects.models import Assessment, Project, Score
from projects.queries import scorecards as queries
from projects.rules import scorecards
from tests.factories import SYSTEM, a_crowd, a_portfolio, a_project

pytestmark = pytest.mark.django_db
VALUES = {"value_likely": 5_000_000, "strategic": 4, "reach": 4}


def draft(**risk):
    document = scorecards.document()
    document["risk"] |= risk
    document["quadrants"] |= {"risk_line": 1, "impact_line": 99}  # the portfolio's own lines are in force
    return scorecards.parse(document)


def placed(portfolio, name, letter):
    """A project in framing whose answers are all the same."""
    project = a_project(portfolio, name, **VALUES)
    Project.objects.filter(pk=project.pk).update(
        stage="framing", standard_stage="framing", furthest_stage="framing"
    )
    given = [
        answers.Given(question.id, letter, evidence="Here" if letter == "Y" else "")
        for question in scorecards.shipped().asked(False)
    ]
    answers.give_many(project.pk, given=given, actor=SYSTEM)
    return Project.objects.get(pk=project.pk)


def stored():
    return [list(model.objects.order_by("pk").values()) for model in (Project, Assessment, Score)]


def test_a_trial_says_who_would_change_the_quadrant_and_changes_nothing():
    portfolio = a_portfolio()
    good, middling = placed(portfolio, "Good", "Y"), placed(portfolio, "Middling", "C")
    assert (good.quadrant, middling.quadrant) == ("quick_win", "quick_win")
    before = stored()
    same = queries.trial(portfolio, draft())
    assert (same.tried, same.total, same.changed, same.ways) == (2, 2, (), ())
    document = scorecards.document()
    document["answers"]["values"] |= {"C": 0.5, "P": 0.5}
    harsh = queries.trial(portfolio, scorecards.parse(document))
    assert [(one.key, one.before, one.after) for one in harsh.changed] == [
        (middling.key, "Quick win", "Big bet")
    ]
    assert harsh.ways == (("Quick win", "Big bet", 1),)
    assert (harsh.risen, harsh.fallen) == (1, 0)
    assert stored() == before


def test_a_trial_of_many_is_bounded_and_says_so(monkeypatch):
    monkeypatch.setattr(queries, "MOST_TRIED", 6)
    monkeypatch.setattr(queries, "CHUNK", 2)
    portfolio = a_portfolio()
    a_crowd(portfolio, 9)
    found = queries.trial(portfolio, draft())
    assert (found.tried, found.total, found.is_partial) == (6, 9, True)


def test_the_queries_of_a_trial_grow_by_the_chunk_and_not_by_the_project():
    portfolio = a_portfolio()
    a_crowd(portfolio, 1)

    def asked():
        with CaptureQueriesContext(connection) as captured:
            queries.trial(portfolio, draft())
        return len(captured)

    asked()
    few = asked()
    a_crowd(portfolio, 19)
    assert asked() == few


def test_projects_of_other_portfolios_ended_and_put_away_are_left_out():
    portfolio = a_portfolio()
    a_project(a_portfolio())
    ended, away = a_project(portfolio), a_project(portfolio)
    Project.objects.filter(pk=ended.pk).update(outcome="stopped", ended_at="2026-01-01T00:00:00Z")
    Project.objects.filter(pk=away.pk).update(archived_at="2026-01-01T00:00:00Z")
    assert queries.trial(portfolio, draft()).total == 0
