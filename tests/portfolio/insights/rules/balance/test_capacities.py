"""People needed against people there, by month."""

from datetime import date

import pytest

from portfolio.insights.rules.balance import capacities
from portfolio.insights.rules.balance.capacities import Need
from portfolio.insights.rules.entries import Added
from tests.portfolio.insights.rules.portfolios import DAY, entry

pytestmark = pytest.mark.once
SUPPLY = {"Data": [(date(2026, 1, 1), 2.0), (date(2027, 1, 1), 4.0)]}


def table(needs, entries, supplies=SUPPLY, **more):
    found = capacities.of(needs, supplies, entries, DAY, **more)
    return {row["name"]: row for row in found["rows"]}


def test_a_year_of_months():
    assert capacities.months(date(2026, 11, 30))[:3] == [
        date(2026, 11, 1),
        date(2026, 12, 1),
        date(2027, 1, 1),
    ]
    assert len(capacities.months(DAY)) == 12


@pytest.mark.parametrize(
    ("demand", "supply", "over"), [(3, 2, 0.5), (2, 2, 0), (1, 2, 0), (1, 0, None), (1, None, None)]
)
def test_overload(demand, supply, over):
    assert capacities.overload(demand, supply) == over


def test_supply_holds_from_its_month_on():
    one = entry()
    row = table([Need("Data", one.id, 3)], [one])["Data"]
    assert row["supply"][:3] == [2, 2, 4]
    assert row["demand"] == [3] * 12
    assert row["overload"][:3] == [0.5, 0.5, 0]
    assert row["short"][:3] == [1, 1, 0]


def test_before_the_first_row_nobody_knows_who_is_there():
    row = table([], [], {"Data": [(date(2026, 12, 1), 1.0)]})["Data"]
    assert row["supply"][:2] == [None, 1]
    assert (row["overload"][0], row["short"][0]) == (None, None)


def test_a_month_that_is_needed_in_part_counts_in_part():
    one = entry()
    need = Need("Data", one.id, 2, begins=date(2026, 11, 16), ends=date(2026, 12, 31))
    assert table([need], [one])["Data"]["demand"][:3] == [1, 2, 0]


@pytest.mark.parametrize(
    ("fields", "last"),
    [
        ({"p50_on": date(2027, 1, 31), "committed_on": date(2026, 12, 31)}, date(2027, 1, 31)),
        ({"committed_on": date(2026, 12, 31)}, date(2026, 12, 31)),
        ({"committed_on": date(2026, 11, 19)}, None),
        ({"p50_on": date(2026, 11, 19), "committed_on": date(2026, 11, 20)}, date(2026, 11, 20)),
        ({}, None),
    ],
)
def test_a_need_without_a_last_day_ends_with_the_likely_launch_else_the_promised_one_else_never(fields, last):
    assert capacities.last_day(Need("Data", 1, 1), entry(**fields), DAY) == last
    assert capacities.last_day(Need("Data", 1, 1, ends=DAY), entry(**fields), DAY) == DAY


def test_paused_and_live_projects_need_nobody_and_neither_do_those_that_are_not_shown():
    held = entry(status="on_hold")
    live = entry(standard="production", outcome="in_production")
    needs = [Need("Data", held.id, 1), Need("Data", live.id, 1), Need("Data", 10**9, 1)]
    assert sum(table(needs, [held, live])["Data"]["demand"]) == 0
    until = Need("Data", live.id, 1, ends=date(2026, 11, 30))
    assert table([until], [live])["Data"]["demand"][:2] == [1, 0]


def test_a_what_if_adds_people():
    added = [Added("data", 1.5, date(2026, 12, 1)), Added("Data", -9, date(2027, 1, 1))]
    assert table([], [], added=added)["Data"]["supply"][:3] == [2, 3.5, 0]


def test_nothing_is_said_where_nobody_entered_anything():
    assert capacities.of([], {}, [entry()], DAY) is None
