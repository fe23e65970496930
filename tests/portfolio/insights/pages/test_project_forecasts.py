"""The forecast of a project: on its overview, by itself, and how it moved."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from portfolio.insights.charts import drifts
from portfolio.insights.queries import project_forecasts
from projects.actions import stages
from tests.factories import SYSTEM, a_member, a_person, a_portfolio, a_project, on_team
from tests.portfolio.insights.foretold import a_forecast_of, was_forecast

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def project():
    return a_project(a_portfolio("Insurance"), "Claims triage")


@pytest.fixture
def address(project):
    return f"/projects/{project.key}/forecast/"


@pytest.fixture
def viewer(client, project):
    person = a_member(project.portfolio, "viewer")
    client.force_login(person)
    return person


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_the_overview_asks_for_it_and_has_a_link_without_script(client, project, address, viewer):
    page = client.get(f"/projects/{project.key}/").content.decode()
    assert f'hx-get="{address}" hx-trigger="load"' in page
    assert f'href="{address}"' in page


def test_a_stranger_finds_nothing(client, address):
    client.force_login(a_person())
    assert client.get(address).status_code == 404


def test_a_team_member_sees_it_without_links_to_the_portfolio(client, project, address):
    client.force_login(on_team(project, "DS"))
    page = client.get(address)
    assert page.status_code == 200
    assert "Roadmap of the portfolio" not in text(page)


def test_whether_and_when_are_two_sentences(client, project, address, viewer):
    a_forecast_of(project, p=0.62, on_time=0.2, target=80)
    page = text(client.get(address))
    assert "62% likely to launch at all." in page
    assert "If it launches: half by" in page
    assert "20% likely to be live by" in page
    assert "Roadmap of the portfolio" in page


def test_without_a_promise_the_step_to_take_is_named(client, project, address, viewer):
    a_forecast_of(project)
    assert "No target date is set" in text(client.get(address))


def test_before_the_first_forecast(client, project, address, viewer):
    assert "No forecast yet." in text(client.get(address))


def test_a_live_project_keeps_what_was_said(client, project, address, viewer):
    today = timezone.now().date()
    for days in (60, 30):
        was_forecast(project, today - days * DAY)
    stages.report(project.pk, to="production", actor=SYSTEM)
    page = client.get(address)
    assert "This project is in production." in text(page)
    assert "likely to launch at all" not in text(page)
    assert 'class="drift"' in page.content.decode()


def test_for_htmx_it_is_a_part(client, project, address, viewer):
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<section")


def test_how_the_day_moved(project):
    today = timezone.now().date()
    was_forecast(project, today - 60 * DAY, days=(100, 120, 140))
    was_forecast(project, today - 30 * DAY, days=(90, 120, 140), occasion="gate")
    a_forecast_of(project, half=90, later=150, target=70)
    project.refresh_from_db()
    outlook = project_forecasts.of(project, timezone.now())
    found = drifts.drift(outlook)
    assert len(found.spots) == 3 and len(found.steps) == 2
    heights = [spot.y for spot in found.spots]
    assert heights[0] > heights[1] > heights[2], "40, 60, 90 days from today: later is higher"
    assert all(spot.low <= spot.y for spot in found.spots), "80% is later than half"
    assert heights[2] < found.target < heights[1], "promised for day 70"
    assert [spot.x for spot in found.spots] == sorted(spot.x for spot in found.spots)


def test_one_forecast_is_no_movement(project):
    assert drifts.drift(project_forecasts.of(project, timezone.now())) is None
    a_forecast_of(project)
    project.refresh_from_db()
    assert drifts.drift(project_forecasts.of(project, timezone.now())) is None


def test_days_that_hardly_move_look_so(project):
    today = timezone.now().date()
    for days in (40, 20):
        was_forecast(project, today - days * DAY, days=(100 + days, 101 + days, 102 + days))
    found = drifts.drift(project_forecasts.of(project, timezone.now()))
    assert abs(found.spots[0].y - found.spots[1].y) < 1


def test_it_takes_the_same_queries_for_any_history(
    client, project, address, viewer, django_assert_max_num_queries
):
    today = timezone.now().date()
    for number in range(1, 30):
        was_forecast(project, today - 30 * number * DAY)
    client.get(address)
    with django_assert_max_num_queries(8):
        client.get(address, headers={"HX-Request": "true"})
