"""The clock of a blocker: late, escalated, changed, opened again."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.rules import clocks
from projects.rules.clocks import Escalation
from projects.rules.risks import SEVERITIES
from tests.projects.rules.cases import TODAY
from tests.projects.rules.score_cases import POLICY, UNTIMED, clock, vectors

pytestmark = pytest.mark.once


def day(number):
    """So many days after the blockers of these tests were raised."""
    return TODAY + timedelta(number)


AGES = [  # severity, age, past SLA, first response late, level
    ("low", 10, False, False, 0),
    ("low", 11, False, True, 0),
    ("low", 59, False, True, 0),
    ("low", 60, False, True, 1),
    ("low", 61, True, True, 1),
    ("low", 120, True, True, 2),
    ("low", 999, True, True, 2),
    ("medium", 30, False, True, 1),
    ("medium", 60, True, True, 2),
    ("medium", 90, True, True, 3),
    ("high", 6, False, True, 0),
    ("high", 7, False, True, 1),
    ("high", 14, False, True, 2),
    ("high", 15, True, True, 2),
    ("high", 28, True, True, 3),
    ("critical", 0, False, False, 1),
    ("critical", 1, False, False, 1),
    ("critical", 7, False, True, 2),
    ("critical", 8, True, True, 2),
    ("critical", 14, True, True, 3),
]


@pytest.mark.parametrize(("severity", "age", "is_past", "is_late", "level"), AGES)
def test_a_blocker_grows_late_and_rises(severity, age, is_past, is_late, level):
    found = clock(severity)
    assert found.age_days(day(age)) == age
    assert found.is_past_sla(day(age)) is is_past
    assert found.is_response_late(day(age), None) is is_late
    assert found.reached(day(age)) == level


def test_a_response_is_judged_by_its_own_day():
    found = clock("high")
    assert not found.is_response_late(day(90), day(2))
    assert found.is_response_late(day(90), day(3))


def test_the_next_step_is_named_until_there_is_none():
    assert clock("high").next_step_on(day(0)) == day(7)
    assert clock("high").next_step_on(day(7)) == day(14)
    assert clock("low").next_step_on(day(120)) is None


def test_a_graver_severity_brings_the_deadline_forward():
    changed = clocks.change(POLICY, clock("low"), "critical", day(20))
    assert (changed.severity, changed.raised_on, changed.due_on) == ("critical", day(0), day(27))
    assert changed.steps_on == (day(20), day(27), day(34))
    assert changed.respond_by == day(10)


def test_a_milder_severity_never_moves_the_deadline_to_a_later_day():
    changed = clocks.change(POLICY, clock("critical"), "low", day(3))
    assert (changed.severity, changed.due_on) == ("low", day(7))
    assert changed.steps_on == (day(7), day(67))
    assert clocks.change(POLICY, clock("high"), "high", day(13)) == clock("high")


@UNTIMED
@given(st.sampled_from(SEVERITIES), st.lists(st.tuples(st.integers(0, 90), st.sampled_from(SEVERITIES))))
def test_no_chain_of_changes_gains_time(severity, changes):
    found = clock(severity)
    for number, other in changes:
        changed = clocks.change(POLICY, found, other, day(number))
        assert changed.due_on <= found.due_on
        assert changed.due_on <= max(found.due_on, day(number + POLICY.severity(other).sla_days))
        assert changed.respond_by <= found.respond_by
        assert changed.raised_on == found.raised_on
        found = changed


def test_somebody_of_level_two_can_set_a_later_deadline_and_the_steps_follow():
    later = clocks.extend(POLICY, clock("high"), day(44))
    assert (later.due_on, later.steps_on) == (day(44), (day(37), day(44), day(58)))
    assert later.raised_on == day(0)


def test_a_blocker_that_comes_back_soon_keeps_its_first_start():
    closed_on = day(10)
    assert clocks.keeps_start(POLICY, closed_on, day(24))
    assert clocks.reopen(POLICY, clock("high"), closed_on, day(24)) == clock("high")
    assert not clocks.keeps_start(POLICY, closed_on, day(25))
    assert clocks.reopen(POLICY, clock("high"), closed_on, day(25)) == clock("high", day(25))


def test_each_step_is_acted_on_once():
    found, risen = clock("high"), Escalation()
    assert clocks.steps_due(found, risen, day(6)) == ()
    assert clocks.steps_due(found, risen, day(7)) == (1,)
    risen = clocks.after(risen, (1,))
    assert risen == Escalation(level=1, acted=1)
    assert clocks.steps_due(found, risen, day(7)) == ()
    assert clocks.steps_due(found, risen, day(30)) == (2, 3)
    assert clocks.after(risen, (2, 3)) == Escalation(level=3, acted=3)
    assert clocks.after(risen, ()) == risen


def test_what_was_given_back_rises_again_only_at_the_next_step():
    found = clock("high")
    given_back = clocks.set_back(found, Escalation(level=2, acted=2), 0, day(14))
    assert clocks.steps_due(found, given_back, day(27)) == ()
    steps = clocks.steps_due(found, given_back, day(28))
    assert steps == (3,)
    assert clocks.after(given_back, steps).level == 3


def test_what_was_given_back_after_being_taken_up_by_hand_rises_with_the_clock():
    found = clock("high")
    by_hand = clocks.raised_to(Escalation(), 3)
    given_back = clocks.set_back(found, by_hand, 0, day(8))
    assert given_back == Escalation(level=0, acted=1)
    assert clocks.steps_due(found, given_back, day(13)) == ()
    assert clocks.steps_due(found, given_back, day(14)) == (2,)


def test_what_was_taken_up_by_hand_is_not_announced_again():
    by_hand = clocks.raised_to(Escalation(), 2)
    assert clocks.steps_due(clock("high"), by_hand, day(14)) == ()
    assert clocks.raised_to(by_hand, 1) == by_hand


@UNTIMED
@given(st.sampled_from(SEVERITIES), st.lists(st.integers(0, 200), min_size=1))
def test_whenever_the_sweep_runs_every_step_comes_exactly_once(severity, runs):
    found, risen, told = clock(severity), Escalation(), []
    for number in sorted(runs):
        steps = clocks.steps_due(found, risen, day(number))
        told += steps
        risen = clocks.after(risen, steps)
    assert told == list(range(1, found.reached(day(max(runs))) + 1))
    assert risen.level == len(told)


def test_published_clocks():
    for case in vectors("blocker_clock"):
        found, today = clock(case["severity"]), day(case["age_days"])
        assert found.is_past_sla(today) is case["past_sla"], case
        assert found.is_response_late(today, None) is case["first_response_late"], case
        assert found.reached(today) == case["level"], case
