"""The matrix by REST: who reads it, its quadrants, its points in three forms, past days."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import factories
from tests.portfolio.insights.placed import keep, move, placed
from tests.projects.api import callers
from tests.projects.api.callers import problem

pytestmark = pytest.mark.django_db
PATH = "portfolios/commerce/matrix"


@pytest.fixture
def portfolio():
    portfolio = factories.a_portfolio("Commerce", slug="commerce", key_prefix="COM")
    placed(portfolio, "Quick", 20, 80, capacity_fte=3)
    placed(portfolio, "Bold", 70, 90, capacity_fte=7)
    factories.a_project(portfolio, "An idea")
    return portfolio


@pytest.fixture
def ci(portfolio):
    return callers.with_key(portfolio)


def test_strangers_and_those_on_one_team_do_not_read_it(portfolio):
    stranger = callers.SignedIn(factories.a_member(factories.a_portfolio(), "administrator"))
    problem(stranger.get(PATH), 404)
    on_one_team = callers.SignedIn(factories.on_team(portfolio.projects.first(), "ML"))
    problem(on_one_team.get(PATH), 403)
    without = callers.with_key(portfolio, scopes=["projects:read"])
    assert problem(without.get(PATH), 403)["code"] == "scope_missing"


def test_quadrants_and_load_are_those_of_the_page(ci):
    found = ci.get(PATH).json()
    quadrants = {each["code"]: each for each in found["quadrants"]}
    assert quadrants["big_bet"] == {
        "code": "big_bet",
        "projects": 1,
        "share": 0.7,
        "target": 0.25,
        "is_over": True,
    }
    assert found["load"] == {"share": 0.7, "limit": 0.45, "line": 50}
    assert found["without_place"] == {"intake": 1}
    assert found["is_past"] is False


def test_points_come_as_columns_rows_or_cells(ci):
    columns = ci.get(PATH).json()["columns"]
    assert columns["name"] == ["Quick", "Bold"]
    assert columns["x"] == [20.0, 70.0]
    assert columns["amount"] == [3.0, 7.0]
    rows = ci.get(f"{PATH}?form=rows&size=equal").json()["rows"]
    assert [(row["name"], row["y"], row["amount"]) for row in rows] == [
        ("Quick", 80.0, 1.0),
        ("Bold", 90.0, 1.0),
    ]
    cells = ci.get(f"{PATH}?form=cells").json()["cells"]
    assert sum(cell["count"] for cell in cells) == 2
    assert all(
        abs(cell["x"] - x) < 6
        for cell, x in zip(sorted(cells, key=lambda each: each["x"]), (20, 70), strict=True)
    )


def test_filters_and_ranges_narrow_it(ci):
    assert ci.get(f"{PATH}?quadrant=big_bet").json()["columns"]["name"] == ["Bold"]
    assert ci.get(f"{PATH}?x=10-30").json()["columns"]["name"] == ["Quick"]


def test_a_slip_is_named(ci):
    assert "across" in problem(ci.get(f"{PATH}?across=height"), 400)["errors"][0]["field"]
    assert problem(ci.get(f"{PATH}?colour=red"), 400)


def test_a_past_day_is_as_it_was_kept(ci, portfolio):
    then = timezone.now() - timedelta(days=40)
    keep(portfolio, then)
    move(portfolio.projects.get(name="Quick"), risk=95, quadrant="big_bet")
    found = ci.get(f"{PATH}?day={then.date()}").json()
    assert found["is_past"] is True
    assert found["columns"]["risk"] == [20.0, 70.0]
    assert ci.get(PATH).json()["columns"]["risk"] == [95.0, 70.0]
    assert problem(ci.get(f"{PATH}?day=2020-01-01"), 404)
