"""Times as people say them, by the reader's clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template import Context, Template
from django.utils import timezone

pytestmark = pytest.mark.once
NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(NOW, tick=False), timezone.override(UTC):
        yield


def rendered(source: str, when) -> str:
    return Template(source).render(Context({"when": when}))


def words(html: str) -> str:
    return html.split(">")[1].split("<", maxsplit=1)[0]


@pytest.mark.parametrize(
    ("gone", "expected"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=15), "15 hours ago"),
        (timedelta(hours=16), "yesterday"),
        (timedelta(days=1, hours=15), "yesterday"),
        (timedelta(days=1, hours=16), "2 days ago"),
        (timedelta(days=13), "13 days ago"),
        (timedelta(days=14), "2 weeks ago"),
        (timedelta(days=62), "8 weeks ago"),
        (timedelta(days=63), "18 Sep 2026"),
        (-timedelta(seconds=20), "in a minute"),
        (-timedelta(minutes=5), "in 5 min"),
        (-timedelta(hours=8), "in 8 hours"),
        (-timedelta(hours=9), "tomorrow"),
        (-timedelta(days=6), "in 6 days"),
    ],
)
def test_how_long_ago_a_moment_was(gone, expected):
    assert words(rendered("{% ago when %}", NOW - gone)) == expected


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 11, 20), "today"),
        (date(2026, 11, 19), "yesterday"),
        (date(2026, 11, 21), "tomorrow"),
        (date(2026, 11, 26), "in 6 days"),
        (date(1905, 1, 2), "2 Jan 1905"),
    ],
)
def test_how_far_a_date_is(on, expected):
    assert words(rendered("{% ago when %}", on)) == expected


def test_the_exact_time_is_in_the_title_by_the_readers_clock():
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        html = rendered("{% ago when %}", datetime(2026, 11, 19, 16, 0, tzinfo=UTC))
    assert 'title="20 Nov 2026, 01:00 JST"' in html
    assert words(html) == "yesterday"  # it is the 21st in Tokyo by now


def test_a_moment_that_never_was_has_a_word():
    assert "never" in rendered("{% ago when %}", None)
    assert "not yet" in rendered("{% ago when never='not yet' %}", None)


def test_a_date_has_its_year():
    assert words(rendered("{% day when %}", date(2027, 2, 26))) == "26 Feb 2027"


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 2, 26), "26 Feb"),
        (date(2027, 2, 26), "26 Feb"),
        (date(2028, 2, 26), "26 Feb 2028"),
        (date(2025, 2, 26), "26 Feb 2025"),
    ],
)
def test_a_row_drops_the_year_for_this_year_and_the_next(on, expected):
    html = rendered("{% day when short=True %}", on)
    assert words(html) == expected
    assert f'datetime="{on.isoformat()}"' in html


def test_a_date_that_is_not_set():
    assert rendered("{% day when %}", None) == ""
    assert "not planned" in rendered("{% day when none='not planned' %}", None)


def test_a_moment_has_date_time_and_zone():
    with timezone.override(ZoneInfo("Europe/Lisbon")):
        assert words(rendered("{% moment when %}", NOW)) == "20 Nov 2026, 15:30 WET"
