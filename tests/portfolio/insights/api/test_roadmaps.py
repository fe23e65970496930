"""Roadmap and calibration by REST: the numbers of the pages, for those who may see them."""

from datetime import UTC, date, datetime

import pytest

from tests.factories import a_crowd, a_key, a_member, a_person, a_portfolio, a_project, on_team
from tests.portfolio.insights.foretold import a_forecast_of, a_portfolio_forecast, was_forecast, was_launched

pytestmark = pytest.mark.django_db
ADDRESSES = ("roadmap", "calibration")


@pytest.fixture
def portfolio():
    return a_portfolio("Insurance")


@pytest.fixture
def read(client, portfolio):
    _, secret = a_key(portfolio, role="viewer", scopes=["portfolios:read"])

    def get(what, **query):
        address = f"/api/v1/portfolios/{portfolio.slug}/{what}"
        return client.get(address, query, headers={"Authorization": f"Bearer {secret}"})

    return get


@pytest.mark.parametrize("what", ADDRESSES)
def test_doors(client, portfolio, what):
    address = f"/api/v1/portfolios/{portfolio.slug}/{what}"
    assert client.get(address).status_code == 401
    _, without = a_key(portfolio, scopes=["projects:read"])
    assert client.get(address, headers={"Authorization": f"Bearer {without}"}).status_code == 403
    for person, status in (
        (a_person(), 404),
        (on_team(a_project(portfolio), "DS"), 403),
        (a_member(portfolio, "viewer"), 200),
    ):
        client.force_login(person)
        assert client.get(address).status_code == status


def test_the_roadmap_has_the_rows_of_the_page(portfolio, read):
    first, second = a_project(portfolio, "Later"), a_project(portfolio, "Sooner")
    a_forecast_of(first, half=300, later=400, latest=500, p=0.4)
    a_forecast_of(second, p=0.62, on_time=0.2, target=80)
    a_portfolio_forecast(portfolio, keys=[first.key, second.key])
    body = read("roadmap").json()
    assert [row["name"] for row in body["items"]] == ["Sooner", "Later"]
    row = body["items"][0]
    assert (row["p_production"], row["p_on_time"], row["is_late"]) == (0.62, 0.2, True)
    assert body["items"][1]["p_on_time"] is None and not body["items"][1]["is_late"]
    assert (body["count"], body["promised"], body["better_than_even"]) == (2, 1, 0)
    assert body["forecast"]["stays"] == 61


def test_long_roadmaps_come_in_parts(portfolio, read):
    a_crowd(portfolio, 7)
    keys, offset = [], 0
    while offset is not None:
        body = read("roadmap", limit=3, offset=offset).json()
        keys += [row["key"] for row in body["items"]]
        offset = body["next_offset"]
    assert len(keys) == len(set(keys)) == body["count"] == 7


def test_a_slip_is_named(read):
    assert "health" in read("roadmap", health="fine").json()["errors"][0]["field"]
    assert read("roadmap", colour="red").status_code == 400
    assert read("calibration", generated="maybe").status_code == 400


def test_before_the_first_day_there_is_nothing(read):
    body = read("roadmap", day="2020-01-01").json()
    assert (body["day"], body["items"], body["forecast"]) == (None, [], None)


def test_calibration_says_how_much_it_rests_on(portfolio, read):
    project = a_project(portfolio)
    was_forecast(project, date(2025, 1, 31), p=0.9)
    was_launched(project, datetime(2025, 4, 1, 12, tzinfo=UTC))
    body = read("calibration").json()
    assert body["all"]["brier"] == pytest.approx(0.01)
    assert (body["all"]["is_enough"], body["ended"], body["enough"]) == (False, 1, 20)
    assert body["all"]["skill"] is None
    assert len(body["all"]["bins"]) == 5 and body["all"]["bins"][4]["came"] == 1
    assert body["by_occasion"]["gate"] is None
    half = body["days"]["coverages"][0]
    assert (half["name"], half["expected"], half["share"], half["pinball"]) == ("p50", 0.5, 1.0, 20.0)
    assert (body["conversion"]["launched"], body["conversion"]["ended"]) == (1, 1)
    assert body["refit"] is None
