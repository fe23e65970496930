"""People needed and people there: what holds on a day, and what a table from a spreadsheet says."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.rules import capacities, supply_tables
from projects.rules.capacities import Need

DAY = date(2027, 3, 10)


@pytest.mark.parametrize(
    ("from_on", "until_on", "people"),
    [
        (None, None, 2),
        (DAY, DAY, 2),
        (date(2027, 3, 11), None, 0),
        (None, date(2027, 3, 9), 0),
        (date(2027, 1, 1), date(2027, 12, 31), 2),
    ],
)
def test_whoever_is_needed_from_a_day_until_a_day_is_needed_on_both(from_on, until_on, people):
    assert capacities.at_work([Need(Decimal(2), from_on, until_on)], DAY) == people


def test_nobody_stated_is_not_known_and_nobody_needed_is_none():
    assert capacities.at_work([], DAY) is None
    assert capacities.at_work([Need(Decimal(2), None, date(2027, 1, 1))], DAY) == 0
    assert capacities.at_work([Need(Decimal("0.5"), None, None)] * 3, DAY) == Decimal("1.5")


def test_a_supply_holds_until_the_next():
    said = {date(2026, 11, 1): Decimal(14), date(2027, 5, 1): Decimal(16)}
    asked = [(2026, 10), (2026, 11), (2027, 4), (2027, 5), (2031, 1)]
    assert [capacities.in_force(said, date(*month, 1)) for month in asked] == [None, 14, 14, 16, 16]
    assert capacities.in_force({}, DAY) is None


def test_months_go_over_the_end_of_a_year():
    found = list(capacities.months(date(2026, 11, 30), 15))
    assert found[0] == date(2026, 11, 1) and found[2] == date(2027, 1, 1) and found[-1] == date(2028, 1, 1)
    assert len(set(found)) == 15


@pytest.mark.parametrize(
    ("need", "codes"),
    [
        (Need(Decimal(0), None, None), []),
        (Need(Decimal("9999.99"), DAY, DAY), []),
        (Need(Decimal("-0.01"), None, None), ["not_people"]),
        (Need(Decimal(10_000), None, None), ["not_people"]),
        (Need(Decimal(1), DAY, date(2027, 3, 9)), ["ends_early"]),
        (Need(Decimal(-1), DAY, date(2027, 3, 9)), ["not_people", "ends_early"]),
    ],
)
def test_what_is_wrong_with_a_demand_is_named(need, codes):
    assert [each.code for each in capacities.demand_obstacles(need)] == codes


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("Data engineer", []),
        ("", ["no_name"]),
        ("x" * 81, ["long_name"]),
        ("a:b", ["signs"]),
        ("a;b", ["signs"]),
    ],
)
def test_a_kind_of_work_has_a_name_that_files_can_hold(name, codes):
    assert [each.code for each in capacities.name_obstacles(name)] == codes


@pytest.mark.parametrize("sign", ["\t", ";", ","])
def test_a_table_is_read_however_a_spreadsheet_writes_it(sign):
    text = "\ufeffkind of work|2026-11|2027-1|2027-02-01\n"
    text += "Data engineer|14||16.5\r\n\n Data   scientist |20|21|\n"
    found = supply_tables.read(text.replace("|", sign))
    assert not found.wrong
    assert found.supplies == {
        "Data engineer": {date(2026, 11, 1): 14, date(2027, 2, 1): Decimal("16.5")},
        "Data scientist": {date(2026, 11, 1): 20, date(2027, 1, 1): 21},
    }


def test_a_comma_is_the_point_of_many_spreadsheets():
    found = supply_tables.read("k;2026-11\nData engineer;2,25\n")
    assert found.supplies == {"Data engineer": {date(2026, 11, 1): Decimal("2.25")}} and not found.wrong


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "There is no table."),
        ("k,2026-11", 1, "There are no kinds of work."),
        ("k,2026-13\nA,1", 1, "This is not a month."),
        ("k,2026-11,2026-11\nA,1,2", 1, "This month comes twice."),
        ("k\nA", 1, "No month is named."),
        ("k,2026-11\n,1", 2, "The kind of work needs a name."),
        ("k,2026-11\nA,1\nÁ,1\na,2", 4, "This kind of work comes twice."),
        ("k,2026-11\nA,many", 2, "many is no number of full-time people."),
        ("k,2026-11\nA,-1", 2, "-1 is no number of full-time people."),
        ("k,2026-11\nA,1,2", 2, "2 stands under no month."),
        ("k,2026-11\nA,NaN", 2, "NaN is no number of full-time people."),
        ("x" * (supply_tables.LONGEST + 1), 1, "This is too long for a table of people."),
    ],
)
def test_every_cell_that_cannot_be_taken_is_named_with_the_fix(text, line, says):
    wrong = supply_tables.read(text).wrong
    assert (line, says) in [(each.line, each.message) for each in wrong]
    assert all(each.remedy for each in wrong)


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading(text):
    found = supply_tables.read(text)
    assert found.wrong or found.supplies
