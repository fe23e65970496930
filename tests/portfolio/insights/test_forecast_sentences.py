"""What is said of a forecast."""

from datetime import date

import pytest

from portfolio.insights import forecast_sentences as sentences

pytestmark = pytest.mark.once

TODAY = date(2026, 11, 21)


def test_whether_and_when_are_two_things():
    said = sentences.outlook(0.62, date(2027, 3, 14), TODAY)
    assert said == "62% likely to launch at all; if it does, 80% by 14 March 2027."


def test_the_year_is_left_out_where_it_is_this_one():
    assert sentences.outlook(0.5, date(2026, 12, 3), TODAY).endswith("80% by 3 December.")


def test_what_lies_too_far_ahead_gets_no_day():
    assert sentences.outlook(0.1, None, TODAY) == (
        "10% likely to launch at all; if it does, further ahead than anybody can say."
    )
    assert sentences.dates(None, None, None, TODAY) == (
        "If it launches, the day is further ahead than anybody can say."
    )


def test_nothing_is_said_without_a_forecast():
    assert sentences.outlook(None, None, TODAY) == "No forecast yet."
    assert sentences.promise(0.4, None, TODAY) == ""


def test_the_days_that_are_known():
    said = sentences.dates(date(2026, 12, 1), date(2027, 1, 5), None, TODAY)
    assert said == "If it launches: half by 1 December, 80% by 5 January 2027."


def test_the_day_that_was_promised():
    assert sentences.promise(0.4, date(2026, 12, 24), TODAY) == (
        "40% likely to be live by 24 December, the day that was promised."
    )
    assert "not known yet" in sentences.promise(None, date(2026, 12, 24), TODAY)


@pytest.mark.parametrize(
    ("share", "said"),
    [(0, "0%"), (0.004, "less than 1%"), (0.236, "24%"), (0.995, "more than 99%"), (1, "100%")],
)
def test_nothing_is_called_sure_that_is_not(share, said):
    assert sentences.percent(share) == said
