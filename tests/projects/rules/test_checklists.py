"""Checklists add up as they say, and only their own points are points."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.rules import checklists

pytestmark = pytest.mark.once

PRODUCTION = checklists.shipped()["production"]
ML_TEST = checklists.shipped()["ml_test"]
AUDIT = checklists.shipped()["pipeline_audit"]
HALF, ONE = Decimal("0.5"), Decimal(1)


def section(code, total):
    """Points of one section that add up to a total, the first items first."""
    left, found = Decimal(total), {}
    for number in range(1, 8):
        found[f"{code}{number}"] = min(ONE, left)
        left -= found[f"{code}{number}"]
    assert left == 0
    return found


def test_lists_ship_with_nine_four_times_seven_and_five_items():
    assert list(checklists.shipped()) == ["production", "ml_test", "pipeline_audit"]
    assert list(PRODUCTION.items) == [f"C{n}" for n in range(1, 10)]
    assert list(ML_TEST.items) == [f"{s}{n}" for s in "DMIO" for n in range(1, 8)]
    assert (PRODUCTION.most, ML_TEST.most) == (9, 7)
    assert [choice.value for choice in PRODUCTION.choices] == [0, HALF, 1]
    assert PRODUCTION.choices == ML_TEST.choices
    assert [(each.dates, len(each.items)) for each in (ML_TEST, AUDIT)] == [("", 28), ("audited_on", 5)]


def test_every_item_says_something_of_its_own():
    texts = [item.text for each in checklists.shipped().values() for item in each.items.values()]
    assert len(set(texts)) == len(texts) == 42
    assert all(len(text) > 30 and text.endswith(".") for text in texts)


def test_the_ml_test_score_is_that_of_the_weakest_section():
    """Vector T21: data 5.5, model 4, infrastructure 3.5, monitoring 2.5 is 2.5, reasonable."""
    points = section("D", "5.5") | section("M", 4) | section("I", "3.5") | section("O", "2.5")
    assert ML_TEST.totals(points) == {
        "D": Decimal("5.5"),
        "M": Decimal(4),
        "I": Decimal("3.5"),
        "O": Decimal("2.5"),
    }
    assert ML_TEST.score(points) == Decimal("2.5")
    assert ML_TEST.weakest(points).label == "Monitoring"
    assert ML_TEST.band(Decimal("2.5")) == "reasonable"


@pytest.mark.parametrize(
    ("score", "band"),
    [
        ("0", "research toy"),
        ("0.5", "serious holes likely"),
        ("1", "serious holes likely"),
        ("1.5", "first steps"),
        ("2", "first steps"),
        ("3", "reasonable"),
        ("3.5", "strong"),
        ("5", "strong"),
        ("5.5", "exceptional"),
        ("7", "exceptional"),
    ],
)
def test_a_score_has_a_name(score, band):
    assert ML_TEST.band(Decimal(score)) == band
    assert PRODUCTION.band(Decimal(score)) == ""


def test_what_nobody_filled_in_counts_nothing_and_is_named():
    points = {"C1": ONE, "C2": HALF}
    assert PRODUCTION.score(points) == Decimal("1.5")
    assert [item.code for item in PRODUCTION.unfilled(points)] == ["C3", "C4", "C5", "C6", "C7", "C8", "C9"]


@pytest.mark.parametrize("points", [{}, {"D1": ONE}])
def test_a_list_that_nobody_touched_has_no_score(points):
    assert PRODUCTION.score(points) is None


def test_a_list_of_zeros_has_the_score_zero():
    assert PRODUCTION.score(dict.fromkeys(PRODUCTION.items, Decimal(0))) == 0
    assert ML_TEST.score({"D1": Decimal(0)}) == 0


@pytest.mark.parametrize(
    ("value", "points"),
    [("0.5", HALF), ("0,5", HALF), (0.5, HALF), (1, ONE), ("1.0", ONE), (0, Decimal(0)), (" 1 ", ONE)],
)
def test_points_are_read_however_they_are_written(value, points):
    assert checklists.points(value, PRODUCTION) == points


@pytest.mark.parametrize(
    "value", ["", "2", 0.25, -1, True, None, [], {}, "half", "NaN", "sNaN", "Infinity", float("nan")]
)
def test_what_is_no_number_of_points_is_none(value):
    assert checklists.points(value, PRODUCTION) is None


def test_everything_wrong_is_told_at_once():
    found = checklists.obstacles("production", {"C1": "1", "C2": "3", "C10": "1", "C3": None})
    assert [(each.code, each.field) for each in found] == [
        ("points_unknown", "checklist.production.C2"),
        ("item_unknown", "checklist.production.C10"),
    ]
    assert all(each.message and each.remedy for each in found)
    assert [each.code for each in checklists.obstacles("mood", {})] == ["checklist_unknown"]
    assert checklists.obstacles("ml_test", {"D1": 1, "O7": "0.5"}) == []


def test_what_is_stored_is_read_as_numbers_and_anything_odd_is_left_out():
    stored = {"production": {"C1": "0.5", "C2": "lots", "Z9": "1"}, "mood": {"C1": "1"}, "ml_test": []}
    assert checklists.read(stored) == {"production": {"C1": HALF}}
    assert checklists.read(None) == checklists.read([]) == {}


@given(st.dictionaries(st.sampled_from(list(ML_TEST.items)), st.sampled_from([Decimal(0), HALF, ONE])))
def test_one_point_more_never_lowers_a_score(points):
    for each in (ML_TEST, PRODUCTION):
        before = each.score(points) or Decimal(0)
        for item in each.items:
            assert (each.score({**points, item: ONE}) or Decimal(0)) >= before


def test_the_audit_is_that_of_its_lowest_area_of_five():
    points = {f"A{number}": Decimal(number) for number in range(1, 6)}
    assert (AUDIT.score(points), AUDIT.most, AUDIT.weakest(points).label) == (1, 5, "Data")
    assert [section.most for section in AUDIT.sections] == [5] * 5
    assert [checklists.points(value, AUDIT) for value in (5, "3", "0.5", 6)] == [5, 3, None, None]
    (found,) = checklists.obstacles("pipeline_audit", {"A1": "0.5"})
    assert found.remedy == "Give 0, 1, 2, 3, 4 or 5."
