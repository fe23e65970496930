from datetime import date

import pytest

from portfolio.insights.rules.entries import Entry, Frame, Picture
from portfolio.insights.rules.forecast import outlooks
from portfolio.insights.rules.scenario import changes

FORECAST = {
    "months": [{"on": "2026-11-21"}, {"on": "2026-11-30"}, {"on": "2026-12-31"}],
    "keys": ["A-1", "A-2"],
    "chances": [[0, 0.1, 0.4], [0, 0.2, 0.5]],
}
PICTURE = Picture(
    Frame("sample", "Sample", date(2026, 11, 21)),
    (
        Entry(1, "A-1", "One", stage="pilot", standard="pilot", quadrant="quick_win", p=0.5),
        Entry(2, "A-2", "Two", stage="pilot", standard="pilot", quadrant="big_bet", p=0.6),
        Entry(3, "A-3", "Younger than the forecast", quadrant="fill_in", p=0.9),
    ),
)


def after(*asked):
    return changes.apply(PICTURE, changes.parse(asked))


def test_without_a_change_it_is_the_sum_of_the_chances():
    assert outlooks.expected(FORECAST, PICTURE, PICTURE) == pytest.approx([0, 0.3, 0.9])


def test_a_project_that_is_stopped_is_left_out():
    assert outlooks.expected(FORECAST, PICTURE, after("stop:A-1")) == pytest.approx([0, 0.2, 0.5])


def test_a_project_on_hold_has_its_chances_in_proportion():
    held = after("hold:A-1")
    scale = next(entry.p for entry in held.entries if entry.key == "A-1") / 0.5
    assert 0 < scale < 1
    assert outlooks.expected(FORECAST, PICTURE, held) == pytest.approx(
        [0, 0.1 * scale + 0.2, 0.4 * scale + 0.5]
    )


def test_no_chance_exceeds_one():
    surer = Picture(PICTURE.frame, (Entry(1, "A-1", "One", p=1.0), PICTURE.entries[1]))
    steep = {**FORECAST, "chances": [[0, 0.9, 0.9], [0, 0, 0]]}
    assert outlooks.expected(steep, PICTURE, surer) == [0, 1, 1]
