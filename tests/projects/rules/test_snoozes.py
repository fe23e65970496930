"""How long a flag may sleep, how often, and which flags never do."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from projects.rules import snoozes
from projects.rules.flags import RULES

TODAY = date(2026, 11, 20)
RULE = RULES["NO_UPDATE"]


def refused(rule=RULE, *, reason="Back in December", until=TODAY, slept=0):
    """Codes and fields of everything that is wrong."""
    found = snoozes.obstacles(rule, reason=reason, until=until, today=TODAY, slept=slept)
    return [(each.code, each.field) for each in found]


@pytest.mark.parametrize("ahead", [0, 1, 30])
def test_it_may_sleep_from_today_for_thirty_days(ahead):
    assert refused(until=TODAY + timedelta(days=ahead)) == []


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (TODAY - timedelta(days=1), "until_passed"),
        (TODAY + timedelta(days=31), "until_too_late"),
        (None, "until_missing"),
    ],
)
def test_no_other_day_is_taken(until, code):
    assert refused(until=until) == [(code, "until")]


def test_everything_that_is_wrong_is_said_at_once():
    assert refused(reason="", until=None) == [("reason_missing", "reason"), ("until_missing", "until")]


def test_a_reason_is_a_sentence_or_two():
    assert refused(reason="x" * 300) == []
    assert refused(reason="x" * 301) == [("too_long", "reason")]


def test_it_may_sleep_twice_in_a_row():
    assert [refused(slept=slept) for slept in (0, 1, 2)] == [[], [], [("slept_twice", "")]]


def test_what_has_to_be_settled_never_sleeps():
    assert refused(replace(RULE, may_sleep=False), reason="", until=None) == [("never_sleeps", "")]
