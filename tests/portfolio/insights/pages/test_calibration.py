"""The calibration page: whose it is, what it says of many and of few, and generated history."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Project
from tests.factories import a_member, a_person, a_portfolio, a_project, on_team
from tests.portfolio.insights.foretold import was_forecast, was_launched, was_stopped

pytestmark = pytest.mark.django_db
LONG_AGO = date(2025, 1, 31)
DAY = timedelta(days=1)


@pytest.fixture
def portfolio():
    return a_portfolio("Insurance")


@pytest.fixture
def address(portfolio):
    return f"/portfolios/{portfolio.slug}/calibration/"


@pytest.fixture
def viewer(client, portfolio):
    person = a_member(portfolio, "viewer")
    client.force_login(person)
    return person


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def end(portfolio, number, *, launched, p, **fields):
    """Projects with one forecast each that were launched or stopped."""
    for _ in range(number):
        project = a_project(portfolio)
        was_forecast(project, LONG_AGO, p=p, **fields)
        when = datetime(2025, 9, 1, 12, tzinfo=UTC)
        (was_launched if launched else was_stopped)(project, when)
        if fields.get("is_generated"):
            Project.objects.filter(pk=project.pk).update(is_generated=True, risk=40.0)


def test_a_stranger_finds_nothing_and_a_team_member_may_not_look(client, portfolio, address):
    client.force_login(a_person())
    assert client.get(address).status_code == 404
    client.force_login(on_team(a_project(portfolio), "DS"))
    assert client.get(address).status_code == 403


def test_before_anything_ended_it_says_when_it_will_be_judged(client, portfolio, address, viewer):
    was_forecast(a_project(portfolio), date(2026, 6, 30))
    page = text(client.get(address))
    assert "No forecast has come to its end yet" in page
    assert "Nothing to judge yet" in page
    assert "Brier:" not in page


def test_of_few_the_number_is_shown_and_no_verdict(client, portfolio, address, viewer):
    end(portfolio, 2, launched=True, p=0.9)
    end(portfolio, 1, launched=False, p=0.4)
    page = text(client.get(address))
    assert "3 projects that had a forecast have ended: too few to judge." in page
    assert "17 more have to end" in page
    assert "0.060" in page, "the Brier score itself: (2 · 0.1² + 0.4²) ÷ 3"
    assert "better than saying" not in page


def test_of_enough_there_is_a_verdict(client, portfolio, address, viewer):
    end(portfolio, 12, launched=True, p=0.9)
    end(portfolio, 8, launched=False, p=0.9)
    page = text(client.get(address))
    assert "20 projects that had a forecast have ended." in page
    assert "Saying 60% every time would have been as good or better." in page
    assert "On average they promised too much: 90% were said to launch, 60% did." in page
    assert "Too few to judge." not in page
    assert "-0.38" in page, "skill: 1 - (0.6·0.01 + 0.4·0.81) ÷ 0.24"


def test_generated_history_is_named_and_can_be_left_out(client, portfolio, address, viewer):
    end(portfolio, 2, launched=True, p=0.9, is_generated=True)
    end(portfolio, 1, launched=False, p=0.4)
    assert "2 of 3 forecasts are generated" in text(client.get(address))
    without = client.get(address, {"generated": "no"})
    assert "Without generated history." in text(without)
    assert without.context["found"].whole.n == 1


def test_what_was_learned_stands_beside_what_is_in_force(client, portfolio, address, viewer):
    end(portfolio, 30, launched=True, p=0.4, is_generated=True)
    end(portfolio, 20, launched=False, p=0.4, is_generated=True)
    response = client.get(address)
    refit = response.context["found"].refit
    assert refit.projects == 50
    page = text(response)
    assert "Learned from 50 forecasts of 50 projects" in page
    assert f"Brier score now {refit.brier_now:.3f} , learned {refit.brier_learned:.3f}" in page
    assert "Chance from Proof of concept 42%" in page
    portfolio.refresh_from_db()
    assert portfolio.scorecard.rules.odds.stages["poc"].p == 0.42, "nothing is adopted by looking"


def test_the_page_takes_the_same_queries_for_any_number(client, portfolio, address, viewer):
    counts = []
    for number in (1, 19):
        end(portfolio, number, launched=True, p=0.5)
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12
