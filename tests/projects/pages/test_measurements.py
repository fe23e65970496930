"""Measurements on their page, and one added by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.actions import measurements
from projects.queries import facts
from tests.factories import SYSTEM
from tests.projects.pages import reading
from tests.projects.pages.conftest import part


@pytest.fixture
def url(world):
    return f"{world.url}measurements/"


def kept(world):
    world.project.refresh_from_db()
    return world.project.measurements


GOOD = {
    "metric": "recall",
    "value": "0.83",
    "measured_on": "2026-03-01",
    "source": "https://ci.example.org/7",
}


def test_nothing_measured_says_what_it_is_for(world, as_, url):
    page = as_(world.viewer).get(url)
    assert "Nothing has been measured yet" in reading.text(page)
    assert "Add a measurement" not in reading.text(page)
    assert "Add a measurement" in reading.text(as_(world.editor).get(url))


def test_one_is_added_and_listed_with_its_day_and_a_link(world, as_, url):
    answer = as_(world.editor).post(f"{url}add/", GOOD, follow=True)
    assert kept(world)["recall"] == {
        "value": "0.83",
        "measured_on": "2026-03-01",
        "source": "https://ci.example.org/7",
    }
    said = reading.text(answer)
    assert "recall posted" in said and "0.83 1 Mar 2026" in said
    assert '<a class="link" href="https://ci.example.org/7" rel="noreferrer">' in answer.content.decode()


def test_a_source_that_is_no_address_of_a_page_is_no_link(world, as_, url):
    as_(world.editor).post(f"{url}add/", GOOD | {"source": "javascript:alert(1)"})
    page = as_(world.viewer).get(url).content.decode()
    assert "javascript:alert(1)" in page and 'href="javascript' not in page


def test_the_dialog_begins_with_the_metric_that_a_gate_misses_and_today(world, as_, url):
    page = as_(world.editor).get(f"{url}add/?metric=latency_p95_ms", headers=part("overlay")).content.decode()
    assert 'value="latency_p95_ms"' in page
    assert f'value="{facts.today(world.project).isoformat()}"' in page
    assert "<html" not in page


def test_an_older_day_is_not_stored_and_that_is_said(world, as_, url):
    measurements.post(
        world.project.pk, metric="recall", value=Decimal(1), measured_on=date(2026, 4, 1), actor=SYSTEM
    )
    answer = as_(world.editor).post(f"{url}add/", GOOD, follow=True)
    assert "Not stored: recall has been measured on a later day" in reading.text(answer)
    assert kept(world)["recall"]["value"] == "1"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"metric": ""}, "This field is required."),
        ({"metric": "Recall at 90%"}, "Use small letters, digits and _"),
        ({"metric": "x" * 61}, "at most 60 characters"),
        ({"value": "many"}, "This is not a number."),
        ({"value": "NaN"}, "This is not a number."),
        ({"value": "1e300"}, "Give a number below 10^15"),
        ({"measured_on": "yesterday"}, "This is not a date."),
        ({"measured_on": "2099-01-01"}, "from 2000 to today"),
        ({"source": "x" * 501}, "at most 500 characters"),
    ],
)
def test_what_cannot_be_is_named_at_its_field(world, as_, untouched, url, changed, says):
    answer = untouched(lambda: as_(world.editor).post(f"{url}add/", GOOD | changed))
    assert answer.status_code == 422
    assert says in reading.text(answer)
    (field,) = answer.context["form"].errors
    assert field in changed


def test_who_may_not_is_sent_away(world, as_, untouched, url):
    for person, status in [(world.stranger, 404), (world.viewer, 403)]:
        assert untouched(lambda who=person: as_(who).post(f"{url}add/", GOOD)).status_code == status
        assert as_(person).get(f"{url}add/").status_code == status
    assert as_(world.stranger).get(url).status_code == 404


def test_the_page_costs_no_query_more_for_many(world, as_, url):

    client = as_(world.viewer)
    client.get(url)

    def cost():
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    few = cost()
    day = facts.today(world.project) - timedelta(days=1)
    for number in range(20):
        measurements.post(
            world.project.pk, metric=f"m{number}", value=Decimal(1), measured_on=day, actor=SYSTEM
        )
    assert cost() == few
