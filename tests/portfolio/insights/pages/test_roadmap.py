"""The roadmap page: whose it is, what its rows say, days, filters, crowds and files."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio.insights.actions import summaries
from portfolio.operations.models import JobRun
from projects.actions import days, stages, units
from projects.models import Project
from tests.factories import SYSTEM, a_crowd, a_member, a_person, a_portfolio, a_project, on_team
from tests.portfolio.insights.foretold import a_forecast_of, a_portfolio_forecast

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
# What a page of this product may weigh, uncompressed.
MOST_BYTES = 300_000


@pytest.fixture
def portfolio():
    return a_portfolio("Insurance")


@pytest.fixture
def project(portfolio):
    return a_project(
        portfolio, "Claims triage", unit=units.find_or_create(portfolio.pk, name="Claims", actor=SYSTEM)
    )


@pytest.fixture
def address(portfolio):
    return f"/portfolios/{portfolio.slug}/roadmap/"


@pytest.fixture
def viewer(client, portfolio):
    person = a_member(portfolio, "viewer")
    client.force_login(person)
    return person


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


FILES = ("", "filters/", "?export=csv", "dates.ics")


@pytest.mark.parametrize("file", FILES)
def test_a_stranger_finds_nothing(client, address, project, file):
    client.force_login(a_person())
    assert client.get(f"{address}{file}").status_code == 404


@pytest.mark.parametrize("file", FILES)
def test_somebody_on_one_team_only_may_not_look(client, address, project, file):
    client.force_login(on_team(project, "DS"))
    assert client.get(f"{address}{file}").status_code == 403


@pytest.mark.parametrize("file", FILES)
def test_a_viewer_may_look(client, address, project, viewer, file):
    assert client.get(f"{address}{file}").status_code == 200


def test_whether_and_when_stand_apart(client, portfolio, address, project, viewer):
    a_forecast_of(project, p=0.62, on_time=0.2, target=80)
    a_portfolio_forecast(portfolio, keys=[project.key], generated=60)
    page = text(client.get(address))
    assert "0 of 1 has a better than even chance of its target" in page
    assert "Launches 62%" in page and "On target 20%" in page
    assert "61 stays, those that still go on among them; 60 are generated" in page
    assert "stages with few of them lean on the typical days" in page
    html = client.get(address).content.decode()
    assert 'class="g-target is-late"' in html
    assert 'class="num bad strong"' in html


def test_before_the_first_forecast_it_says_so_and_offers_one_to_managers(
    client, portfolio, address, project, viewer
):
    page = client.get(address).content.decode()
    assert "No forecast yet." in page and "no forecast yet" in page
    assert "Make a forecast now" not in page
    assert client.post(f"{address}forecast/").status_code == 403
    assert not JobRun.objects.exists()
    client.force_login(a_member(portfolio, "manager"))
    assert "Make a forecast now" in client.get(address).content.decode()
    after = client.post(f"{address}forecast/", follow=True)
    assert JobRun.objects.get().name == "forecasts"
    assert "wait for the worker" in text(after)
    assert "Make a forecast now" not in after.content.decode()


def test_a_stranger_cannot_have_one_made(client, address, project):
    client.force_login(a_person())
    assert client.post(f"{address}forecast/").status_code == 404


def test_what_no_future_brought_live_is_not_called_unknown(client, portfolio, address, project, viewer):
    a_portfolio_forecast(portfolio, keys=[project.key])
    Project.objects.filter(pk=project.pk).update(p_production=0.02)
    assert "further ahead than anybody can say" in text(client.get(address))


def test_missing_promises_are_named_with_the_step_to_take(client, portfolio, address, project, viewer):
    assert "1 of 1 has no target date" in text(client.get(address))
    a_forecast_of(project, on_time=0.5, target=10)
    assert "no target date" not in text(client.get(address))


def test_live_and_ended_projects_are_not_on_it(client, portfolio, address, viewer):
    assert "No project in flight" in text(client.get(address))
    live = a_project(portfolio, "A live one")
    stages.report(live.pk, to="production", actor=SYSTEM)
    stopped = a_project(portfolio, "A stopped one")
    Project.objects.filter(pk=stopped.pk).update(outcome="stopped", ended_at=timezone.now())
    assert "No project in flight" in text(client.get(address))


def test_groups(client, portfolio, address, project, viewer):
    a_forecast_of(project, today=timezone.now().date().replace(year=2027, month=1, day=1), half=0)
    assert ">Claims</div>" in client.get(address).content.decode()
    assert "Half likely in Q1 2027" in text(client.get(address, {"by": "date"}))
    assert ">Idea</div>" in client.get(address, {"by": "stage"}).content.decode()
    assert client.get(address, {"by": "colour"}).context["asked"].by == "unit"


def test_filters_are_chips_that_can_be_taken_away(client, portfolio, address, project, viewer):
    a_project(portfolio, "Another one")
    unit = project.unit_id
    asked = {"unit": unit, "health": "unknown", "stage": "idea", "owner": 10**15}
    response = client.get(address, asked)
    assert [chip.label for chip in response.context["chips"]] == ["Unit", "Owner", "Stage", "Health"]
    assert "No project in flight passes these filters" in text(response)
    found = client.get(address, {"unit": unit})
    assert "Claims triage" in text(found) and "Another one" not in text(found)
    part = client.get(address, {"unit": unit}, headers={"HX-Request": "true", "HX-Target": "list"})
    assert "<html" not in part.content.decode() and "Claims triage" in part.content.decode()


@pytest.mark.parametrize(
    "query", ["unit=99999999999999999999999", "stage=%00", "page=9999999", "open=%00", "by=%00"]
)
def test_what_no_filter_knows_does_no_harm(client, address, project, viewer, query):
    assert client.get(f"{address}?{query}").status_code == 200


@pytest.mark.parametrize("day", ["yesterday", "2026-13-45"])
def test_a_day_that_is_none_is_not_found(client, address, project, viewer, day):
    assert client.get(address, {"day": day}).status_code == 404


def test_a_past_day_shows_what_was_stored(client, portfolio, address, project, viewer, time_machine):
    a_forecast_of(project, p=0.62, on_time=0.2, target=80)
    before = text(client.get(address))
    first = timezone.now().date()
    days.take(portfolio.pk, actor=SYSTEM, now=timezone.now())
    summaries.take(portfolio.pk, actor=SYSTEM, now=timezone.now())
    time_machine.move_to(timezone.now() + 3 * DAY)
    client.force_login(viewer)
    a_forecast_of(project, p=0.9, on_time=0.8, target=80)
    past = text(client.get(address, {"day": first.isoformat()}))
    assert "Picture of" in past and "Launches 62%" in past and "On target 20%" in past
    assert "Launches 62%" in before and "Launches 90%" in text(client.get(address))
    early = client.get(address, {"day": (first - DAY).isoformat()})
    assert "Nothing was stored by then" in text(early)
    assert client.get(f"{address}", {"export": "csv", "day": (first - DAY).isoformat()}).status_code == 404


def test_the_rows_as_a_file(client, portfolio, address, project, viewer):
    a_forecast_of(project, p=0.62, on_time=0.25, target=80)
    response = client.get(f"{address}?export=csv")
    rows = list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
    today = timezone.now().date()
    assert rows[0]["chance to launch"] == "0.62" and rows[0]["chance of target"] == "0.25"
    assert rows[0]["P50"] == (today + 100 * DAY).isoformat()
    assert rows[0]["generated"] == "no"


def test_the_days_as_a_calendar(client, portfolio, address, project, viewer):
    a_forecast_of(project, p=0.62, on_time=0.25, target=80)
    body = client.get(f"{address}dates.ics").content.decode()
    assert body.count("BEGIN:VEVENT") == 2
    assert "SUMMARY:Claims triage: half likely to be live" in body
    assert f"UID:{project.key}-target@plimsoll" in body


def test_a_crowd_is_folded_and_every_group_can_be_opened(client, portfolio, address, viewer):
    today = timezone.now().date()
    a_crowd(portfolio, 150, p50_on=today + 100 * DAY)
    nowhere = a_crowd(portfolio, 2)
    response = client.get(address, {"by": "date"})
    lines = response.context["page"].lines
    assert [(line.entry, line.is_open) for line in lines] == [(None, False), (None, False)]
    assert "150 in Q" in response.content.decode()
    first = client.get(f"{address}?{lines[0].href}")
    assert len(first.context["page"].lines) == 100 and first.context["page"].pages == 2
    second = client.get(f"{address}?{lines[0].href}&page=2").context["page"].lines
    assert second[0].goes_on and second[0].group.label == lines[0].group.label
    shown = [line.entry.key for line in (*first.context["page"].lines, *second) if line.entry]
    assert len(shown) == len(set(shown)) == 150
    opened = client.get(f"{address}?{lines[1].href}")
    assert f">{nowhere[0].name}</a>" in opened.content.decode(), "the group without a name opens as well"


def test_thousands_of_projects_make_a_page_of_modest_size(client, portfolio, address, viewer):
    today = timezone.now().date()
    a_crowd(
        portfolio,
        2_133,
        p50_on=today + 100 * DAY,
        p80_on=today + 150 * DAY,
        p95_on=today + 200 * DAY,
        committed_on=today + 90 * DAY,
        p_on_time=0.4,
        p_production=0.5,
    )
    closed = client.get(address, {"by": "stage"})
    opened = client.get(address, {"by": "stage", "open": "idea"})
    for response in (closed, opened):
        assert len(response.content) < MOST_BYTES


def test_the_page_takes_the_same_queries_for_any_size(client, portfolio, address, project, viewer):
    counts = []
    a_portfolio_forecast(portfolio, keys=[project.key])
    for number in (1, 19):
        a_crowd(portfolio, number)
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12
