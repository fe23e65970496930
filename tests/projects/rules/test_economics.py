"""Costs, use, duty and vendor: what the fields can hold, and how they agree."""

from datetime import date
from decimal import Decimal

import pytest

from projects.rules import economics

TODAY = date(2026, 11, 20)


def found(**values):
    return {(each.field, each.code) for each in economics.obstacles(values)}


def test_nothing_said_is_nothing_wrong():
    assert not found() and not found(**dict.fromkeys(economics.FIELDS), vendor=None, metric_measured_on=None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("remaining_cost", Decimal(0)),
        ("remaining_cost", economics.MOST_MONEY),
        ("launch_cost", Decimal("0.01")),
        ("cost_currency", "USD"),
        ("chance_of_use", 0),
        ("chance_of_use", 100),
    ],
)
def test_what_holds_is_taken(name, value):
    assert not found(**{name: value})


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("remaining_cost", Decimal("-0.01"), "not_a_cost"),
        ("launch_cost", economics.MOST_MONEY + 1, "not_a_cost"),
        ("cost_currency", "usd", "not_a_currency"),
        ("cost_currency", "US", "not_a_currency"),
        ("cost_currency", "ÅÄÖ", "not_a_currency"),
        ("chance_of_use", 101, "not_a_percentage"),
        ("chance_of_use", -1, "not_a_percentage"),
    ],
)
def test_what_does_not_is_named_with_the_fix(name, value, code):
    (obstacle,) = economics.obstacles({name: value})
    assert (obstacle.field, obstacle.code) == (name, code)
    assert obstacle.message and obstacle.remedy


def test_whoever_names_a_vendor_has_said_that_there_is_one():
    assert economics.implied({"vendor_name": "Northwind"}) == {"vendor": True}
    assert economics.implied({"vendor_name": "Northwind", "vendor": None}) == {"vendor": True}
    assert economics.implied({"vendor_name": "", "vendor": None}) == {} == economics.implied({})
    # What somebody has said is not overruled, but it cannot stand beside the name.
    assert economics.implied({"vendor_name": "Northwind", "vendor": False}) == {}
    for vendor in (False, None):
        assert found(vendor_name="Northwind", vendor=vendor) == {("vendor", "vendor_named")}
    assert not found(vendor_name="Northwind", vendor=True)


def test_what_was_reached_was_measured_on_a_day():
    undated = {"metric_realised": Decimal(5), "metric_measured_on": None}
    assert found(**undated) == {("metric_measured_on", "not_dated")}
    assert not found(**undated | {"metric_measured_on": TODAY})
    assert not found(metric_realised=None, metric_measured_on=None)


def test_every_reason_is_given_at_once():
    wrong = {"remaining_cost": Decimal(-1), "cost_currency": "x", "chance_of_use": 200, "vendor_name": "N"}
    assert len(found(**wrong, vendor=False)) == 4
