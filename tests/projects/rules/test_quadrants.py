"""Where a project stands, and that it does not flicker at the lines."""

from dataclasses import replace

import pytest

from projects.rules import quadrants
from projects.rules.quadrants import Sides
from tests.projects.rules.score_cases import CARD, vectors

pytestmark = pytest.mark.once

LINES = CARD.quadrants
RUNS = [  # risk, impact, quadrant, is_borderline; one day after the other
    (55, 60, "big_bet", False),
    (52, 60, "big_bet", True),
    (48.5, 60, "big_bet", True),
    (47, 60, "big_bet", True),
    (46.9, 60, "quick_win", False),
    (50, 48, "quick_win", True),
    (53, 46.9, "fill_in", True),
    (53.1, 46.9, "reconsider", False),
    (49, 51, "reconsider", True),
    (70, 48, "reconsider", True),
    (46.999999, 52.999999, "fill_in", True),
    (47.0000004, 53.0000004, "fill_in", True),  # scores are compared as they are stored
]


@pytest.mark.parametrize(
    ("risk", "impact", "quadrant"),
    [
        (49.99, 50, "quick_win"),
        (50, 50, "big_bet"),
        (50, 49.99, "reconsider"),
        (0, 0, "fill_in"),
        (49.9999999, 0, "reconsider"),
    ],
)
def test_an_axis_is_high_at_its_line(risk, impact, quadrant):
    assert quadrants.place(LINES, risk, impact).quadrant == quadrant


def test_within_the_band_an_axis_stays_where_it_was():
    last = quadrants.NO_SIDES
    for risk, impact, quadrant, is_borderline in RUNS:
        place = quadrants.place(LINES, risk, impact, last)
        assert (place.quadrant, place.is_borderline) == (quadrant, is_borderline), (risk, impact)
        last = place.sides


def test_without_a_last_value_the_line_decides():
    place = quadrants.place(LINES, 48.5, 60)
    assert (place.quadrant, place.is_borderline) == ("quick_win", True)
    assert quadrants.place(LINES, 48.5, 60, Sides(True, True)).quadrant == "big_bet"


def test_lines_can_be_moved():
    lines = replace(LINES, risk_line=30, band=0)
    assert quadrants.place(lines, 30, 60).quadrant == "big_bet"
    assert quadrants.place(lines, 29, 60, Sides(True, True)).quadrant == "quick_win"


def test_a_promise_with_a_critical_gap_says_so():
    assert quadrants.label("quick_win", has_critical_gap=True) == "Quick win, critical gap"
    assert quadrants.label("fill_in", has_critical_gap=True) == "Fill-in, critical gap"
    assert quadrants.label("big_bet", has_critical_gap=True) == "Big bet"
    assert quadrants.label("quick_win") == "Quick win"
    assert quadrants.label("intake") == "Intake"


def test_published_quadrants():
    for case in vectors("quadrant"):
        assert quadrants.place(LINES, case["risk"], case["impact"]).quadrant == case["quadrant"]


def test_published_daily_runs():
    published = vectors("hysteresis")
    assert (published["line_risk"], published["line_impact"], published["band"]) == (50, 50, 3)
    last = quadrants.NO_SIDES
    for step in published["steps"]:
        place = quadrants.place(LINES, step["risk"], step["impact"], last)
        assert (place.quadrant, place.is_borderline) == (step["quadrant"], step["borderline"])
        assert place.sides == (step["high_risk"], step["high_impact"])
        last = place.sides
    cleared = published["cleared"]
    place = quadrants.place(LINES, cleared["risk"], cleared["impact"])
    assert (place.quadrant, place.is_borderline) == (cleared["quadrant"], cleared["borderline"])
