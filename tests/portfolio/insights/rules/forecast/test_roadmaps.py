"""Rows of the roadmap: which there are, in which groups, and which promise is late."""

from datetime import date

import pytest

from portfolio.insights.rules.entries import Entry, Frame, Picture
from portfolio.insights.rules.forecast import roadmaps

pytestmark = pytest.mark.once
TODAY = date(2026, 11, 21)


def entry(number=1, **fields):
    return Entry(number, f"P-{number}", **{"name": f"Project {number}", "standard": "poc", **fields})


def test_what_is_live_or_over_is_not_in_flight():
    found = roadmaps.in_flight(
        Picture(
            Frame("p", "P", TODAY),
            (
                entry(1),
                entry(2, standard="production", outcome="in_production"),
                entry(3, outcome="stopped"),
                entry(4, status="on_hold"),
            ),
        )
    )
    assert [each.key for each in found] == ["P-1", "P-4"]


@pytest.mark.parametrize(
    ("chance", "late", "even"),
    [(0.25, True, False), (0.2501, False, False), (0.5, False, False), (0.51, False, True)],
)
def test_a_quarter_is_late_and_half_is_not_better_than_even(chance, late, even):
    one = entry(committed_on=TODAY, p_on_time=chance)
    assert (roadmaps.is_late(one), roadmaps.is_even(one)) == (late, even)


def test_without_a_promise_nothing_is_late():
    assert not roadmaps.is_late(entry(p_on_time=0.1))
    assert not roadmaps.is_late(entry(committed_on=TODAY))


def test_by_unit_the_nameless_come_last_and_the_soonest_first():
    rows = [
        entry(1, top_unit=""),
        entry(2, top_unit="retail", p50_on=date(2027, 5, 1)),
        entry(3, top_unit="Commerce"),
        entry(4, top_unit="retail", p50_on=date(2027, 4, 1)),
        entry(5, top_unit="retail"),
    ]
    groups = roadmaps.grouped(rows, "unit")
    assert [group.label for group in groups] == ["Commerce", "retail", "No unit"]
    assert [each.id for each in groups[1].entries] == [4, 2, 5]


def test_by_date_the_quarters_follow_each_other():
    rows = [entry(1), entry(2, p50_on=date(2027, 12, 31)), entry(3, p50_on=date(2027, 1, 1))]
    groups = roadmaps.grouped(rows, "date")
    assert [group.label for group in groups] == [
        "Half likely in Q1 2027",
        "Half likely in Q4 2027",
        "No date yet",
    ]


def test_by_stage_they_stand_in_the_order_of_the_workflow():
    rows = [entry(1, stage="pilot", stage_label="Pilot"), entry(2, stage="poc", stage_label="Proof")]
    groups = roadmaps.grouped(rows, "stage", ["poc", "pilot"])
    assert [group.label for group in groups] == ["Proof", "Pilot"]


def test_what_a_group_adds_up_to():
    rows = (entry(1, p=0.5, committed_on=TODAY, p_on_time=0.1), entry(2, p=0.25, p50_on=TODAY), entry(3))
    group = roadmaps.Group("a", "A", rows)
    assert (group.expected, group.late, group.undated) == (0.75, 1, 2)
    assert roadmaps.gaps(rows) == roadmaps.Gaps(unforecast=2, uncommitted=2)
