"""The page of the optimiser: the question in the address, the answer, and keeping it."""

import pytest

from portfolio.insights.models import Scenario
from projects.models import Project
from tests import factories

pytestmark = pytest.mark.django_db
HOME = "/portfolios/commerce/choose/"
ASKED = "budget=820&years=1&capacity=on&mandatory=on&links=on&left=stop"


@pytest.fixture
def portfolio():
    portfolio = factories.a_portfolio("Commerce", slug="commerce", key_prefix="COM")
    rows = (("quick_win", 0.8, 900, 200), ("quick_win", 0.7, 1000, 300), ("big_bet", 0.35, 4000, 500))
    for number, (quadrant, p, value, cost) in enumerate((*rows, ("fill_in", 0.9, 280, 120)), 1):
        factories.a_project(portfolio, f"Number {number}")
        Project.objects.filter(key=f"COM-{number}").update(
            stage="poc",
            standard_stage="poc",
            furthest_stage="poc",
            quadrant=quadrant,
            p_production=p,
            annual_value=value,
            remaining_cost=cost,
        )
    return portfolio


@pytest.fixture
def planner(client, portfolio):
    person = factories.a_member(portfolio, "contributor")
    client.force_login(person)
    return person


def text(answer, status=200):
    assert answer.status_code == status
    return answer.content.decode()


def test_before_there_is_a_question_the_page_says_what_it_does(client, planner):
    page = text(client.get(HOME))
    assert "Which projects are worth most together?" in page
    assert "Keep as a scenario" not in page


def test_the_answer_has_its_reasons(client, planner):
    page = text(client.get(f"{HOME}?{ASKED}"))
    assert "3 of 4 projects are worth most together" in page
    assert "Taking it in instead of COM-1 and COM-4 would cost 252 EUR of value." in page
    assert "Keep as a scenario" in page
    assert 'value="820' in page


def test_what_is_kept_is_what_was_shown_and_needs_its_reason(client, planner):
    keep = client.get(f"{HOME}?{ASKED}").context["keep_url"]
    dialog = text(client.get(keep))
    assert "Stop Number 2 (COM-2)" in dialog
    home = keep.partition("?")[0]
    asked = client.get(keep).context["form"]["asked"].value()
    sent = {"name": "Best", "note": "", "wi": ["stop:COM-2", "budget:820"], "asked": asked}
    assert "Say why" in text(client.post(home, sent), 422)
    page = text(client.post(home, sent | {"note": "Most value"}, follow=True))
    kept = Scenario.objects.get()
    assert (kept.asked["budget"], kept.asked["left"], kept.asked["years"]) == (820, "stop", 1)
    assert "as the optimiser proposed" in page
    assert "What the optimiser was asked" in page


def test_no_set_names_what_to_relax(client, portfolio, planner):
    Project.objects.filter(key="COM-3").update(mandatory="Contract")
    page = text(client.get(f"{HOME}?budget=400&mandatory=on"))
    assert "No set of projects keeps all the rules." in page
    assert "Raise “Budget” from 400 EUR to 500 EUR, 100 EUR more" in page


def test_what_is_not_known_leads_to_where_it_is_entered(client, portfolio, planner):
    Project.objects.update(remaining_cost=None)
    page = text(client.get(f"{HOME}?budget=400"))
    assert "No project can be weighed yet" in page
    assert 'href="/projects/COM-1/edit/"' in page


def test_a_portfolio_without_projects_has_nothing_to_choose(client):
    portfolio = factories.a_portfolio(slug="commerce")
    client.force_login(factories.a_member(portfolio, "viewer"))
    assert "Nothing to choose among" in text(client.get(HOME))


@pytest.mark.parametrize(
    "query",
    [
        "budget=much",
        "least_big_bet=60&most_big_bet=10",
        "years=99",
        "budget_2027=x",
        "left=burn",
        "starts=-1",
    ],
)
def test_what_cannot_be_meant_is_said_and_nothing_is_answered(client, planner, query):
    page = text(client.get(f"{HOME}?{query}"))
    assert 'class="err"' in page
    assert "worth most together:" not in page


def test_of_very_many_projects_the_frontiers_are_drawn_on_demand(client, portfolio, planner):
    factories.a_crowd(
        portfolio,
        125,
        stage="poc",
        standard_stage="poc",
        quadrant="fill_in",
        p_production=0.5,
        annual_value=100,
        remaining_cost=10,
    )
    page = text(client.get(f"{HOME}?budget=600"))
    assert "Draw the frontiers" in page
    assert " more, each worth less." in text(client.get(f"{HOME}?budget=90000&left=hold"))
