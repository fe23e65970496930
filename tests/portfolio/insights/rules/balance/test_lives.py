"""Days to the first live traffic, days in production, and promises kept."""

from datetime import timedelta
from decimal import Decimal

import pytest

from portfolio.insights.rules.balance import lives
from tests.portfolio.insights.rules.balance.test_flows import course
from tests.portfolio.insights.rules.portfolios import DAY

pytestmark = pytest.mark.once


def ago(days):
    return DAY - timedelta(days)


def test_those_who_wait_count_while_they_do():
    """By hand: at 20 days one of three is through (2/3 wait), at 50 one of two (1/3): the median is 50."""
    found = lives.exposure(
        [
            course(("framing", 100, None, ""), exposed_on=ago(80)),
            course(("framing", 30, None, "")),
            course(("framing", 100, None, ""), exposed_on=ago(50)),
        ],
        DAY,
    )
    assert found == {"median_days": 50, "n": 3, "reached": 2, "waiting": 1}


def test_without_a_day_for_it_production_is_the_first_live_traffic():
    live = course(
        ("idea", 200, 150, "advance"), ("framing", 150, 90, "advance"), ("production", 90, None, "")
    )
    assert lives.exposure([live], DAY)["median_days"] == 60


def test_what_is_still_to_come_has_not_happened_and_what_came_in_live_is_left_out():
    later = course(("framing", 100, None, ""), exposed_on=DAY + timedelta(1))
    assert lives.exposure([later], DAY) == {"median_days": None, "n": 1, "reached": 0, "waiting": 1}
    assert lives.exposure([course(("production", 100, None, ""))], DAY)["n"] == 0
    assert lives.exposure([], DAY)["median_days"] is None


def test_a_stopped_project_waits_no_longer_than_it_lived():
    stopped = course(("framing", 300, 290, "stop"), ended_on=ago(290))
    live = course(("framing", 100, None, ""), exposed_on=ago(80))
    # At 20 days only the second is still watched: all of those through.
    assert lives.exposure([stopped, live], DAY)["median_days"] == 20


def test_products_that_were_switched_off():
    found = lives.survival(
        [
            course(("production", 200, 170, "retire")),
            course(("production", 120, None, "")),
            course(("production", 100, 20, "rollback"), ("pilot", 20, None, "")),
            course(("production", 40, None, "")),
        ],
        DAY,
    )
    # At 30 days 1 of 4, at 80 days 1 of the 2 still watched: 3/4, then 3/8.
    assert [(step["day"], step["share"]) for step in found["steps"]] == [(30, 0.75), (80, 0.375)]
    assert (found["s90"], found["n"], found["ended"], found["longest_days"]) == (0.375, 4, 2, 120)
    assert found["steps"][0]["low"] < 0.75 < found["steps"][0]["high"]


def test_nothing_is_known_of_days_that_no_product_has_seen():
    assert lives.survival([course(("production", 89, None, ""))], DAY)["s90"] is None
    assert lives.survival([course(("production", 90, None, ""))], DAY)["s90"] == 1
    assert lives.survival([course(("production", 200, 150, "retire"))], DAY)["s90"] == 0
    assert lives.survival([], DAY) == {"s90": None, "n": 0, "ended": 0, "longest_days": 0, "steps": []}


def product(realised, measured=10, launched=200, baseline="10", target="6", key="X-1"):
    return course(
        ("production", launched, None, ""),
        key=key,
        baseline=None if baseline is None else Decimal(baseline),
        target=None if target is None else Decimal(target),
        realised=None if realised is None else Decimal(realised),
        measured_on=ago(measured),
    )


@pytest.mark.parametrize(
    ("realised", "kept"), [("6", 1), ("7", 0.75), ("10", 0), ("12", -0.5), ("4", 1.5), (None, None)]
)
def test_the_realised_part_of_the_promised_change(realised, kept):
    assert lives.kept(product(realised)) == kept


def test_a_promise_of_no_change_cannot_be_kept():
    assert lives.kept(product("6", target="10")) is None
    assert lives.kept(product("6", baseline=None)) is None


def test_a_promise_is_judged_after_ninety_days():
    found = lives.promise(
        [
            product("7", measured=110, launched=200, key="X-1"),
            product("6", measured=111, launched=200, key="X-2"),
            product("9", measured=-1, launched=200, key="X-3"),
            product("8", measured=0, launched=200, key="X-4"),
        ],
        DAY,
    )
    assert [(row["key"], row["share"], row["days"]) for row in found["rows"]] == [
        ("X-4", 0.5, 200),
        ("X-1", 0.75, 90),
    ]
    assert (found["median"], found["n"]) == (0.625, 2)
    assert lives.promise([], DAY)["median"] is None


def test_who_lacks_what():
    assert lives.lacks_promise(product(None, launched=90), DAY)
    assert not lives.lacks_promise(product(None, launched=89), DAY)
    assert not lives.lacks_promise(product("6"), DAY)
    assert not lives.lacks_promise(course(("production", 200, 10, "retire")), DAY)
    assert lives.lacks_exposure(course(("pilot", 5, None, "")), DAY)
    assert not lives.lacks_exposure(course(("pilot", 5, None, ""), exposed_on=ago(4)), DAY)
    assert not lives.lacks_exposure(course(("poc", 5, None, "")), DAY)
