"""The page of flag health: for members, with candidates for those who may tune."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import a_flag, a_key, a_member, a_person, a_portfolio, a_project, on_team

pytestmark = pytest.mark.django_db
PAGE, REST = "/portfolios/ours/flag-health/", "/api/v1/portfolios/ours/flag-health"


@pytest.fixture
def portfolio():
    """Ten flags of one rule to which nobody has done anything, and one of another that cleared."""
    portfolio = a_portfolio(slug="ours", name="Ours")
    project, old = a_project(portfolio), timezone.now() - timedelta(days=30)
    for number in range(10):
        a_flag(project, "NO_UPDATE", opened_at=old, subject=str(number))
    a_flag(project, "GATE_OVERDUE", opened_at=old, cleared_at=old + timedelta(days=3))
    return portfolio


def test_members_see_the_figures_and_those_who_may_tune_what_tuning_means(client, portfolio):
    client.force_login(a_member(portfolio, "viewer"))
    page = client.get(PAGE).content.decode()
    assert "Mostly noise" in page and "To be tuned" not in page
    assert "/flags/?portfolio=ours&amp;rule=NO_UPDATE" in page
    client.force_login(a_member(portfolio, "manager"))
    page = client.get(PAGE).content.decode()
    assert "0 of 10 led to something." in page
    assert "the days between updates of each stage in the workflow" in page


def test_it_is_nothing_for_others(client, portfolio):
    client.force_login(a_person())
    assert client.get(PAGE).status_code == 404
    client.force_login(on_team(portfolio.projects.get(), "DX"))
    assert client.get(PAGE).status_code == 403


def test_a_portfolio_without_flags_says_so(client):
    portfolio = a_portfolio(slug="ours")
    client.force_login(a_member(portfolio))
    assert "No flag in the last 90 days" in client.get(PAGE).content.decode()


def test_the_same_by_rest(client, portfolio):
    secret = a_key(portfolio, scopes=["portfolios:read"])[1]
    said = client.get(REST, headers={"Authorization": f"Bearer {secret}"}).json()["items"]
    assert [(row["rule"], row["share"], row["is_candidate"]) for row in said] == [
        ("NO_UPDATE", 0.0, True),
        ("GATE_OVERDUE", 1.0, False),
    ]
    client.force_login(a_person())
    assert client.get(REST).status_code == 404
