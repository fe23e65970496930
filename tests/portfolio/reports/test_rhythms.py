"""When a report goes out next."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.reports.rules import rhythms

pytestmark = pytest.mark.once
DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))


@pytest.mark.parametrize(
    ("rhythm", "day", "after", "expected"),
    [
        ("weekly", 0, date(2026, 11, 21), date(2026, 11, 23)),
        ("weekly", 5, date(2026, 11, 21), date(2026, 11, 28)),  # a Saturday itself: a week later
        ("monthly", 1, date(2026, 11, 21), date(2026, 12, 1)),
        ("monthly", 28, date(2026, 11, 21), date(2026, 11, 28)),
        ("monthly", 28, date(2026, 12, 28), date(2027, 1, 28)),
        ("monthly", 28, date(2027, 1, 31), date(2027, 2, 28)),
    ],
)
def test_the_next_day(rhythm, day, after, expected):
    assert rhythms.following(rhythm, day, after) == expected


@given(st.integers(0, 6), DAYS)
def test_a_weekday_comes_within_a_week(day, after):
    found = rhythms.following("weekly", day, after)
    assert found.weekday() == day
    assert timedelta(0) < found - after <= timedelta(7)


@given(st.integers(1, rhythms.LAST_DAY), DAYS)
def test_a_day_of_the_month_comes_within_a_month(day, after):
    found = rhythms.following("monthly", day, after)
    assert found.day == day
    assert timedelta(0) < found - after <= timedelta(31)


@pytest.mark.parametrize(("rhythm", "day"), [("weekly", 7), ("monthly", 0), ("monthly", 29)])
def test_a_day_that_does_not_always_come_is_none(rhythm, day):
    assert not rhythms.is_day(rhythm, day)


def test_words():
    assert rhythms.words("weekly", 0) == "every Monday"
    assert rhythms.words("monthly", 3) == "on day 3 of every month"
