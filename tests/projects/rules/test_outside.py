"""Questions to people outside: how long they are open, and what may be asked and answered."""

from datetime import UTC, date, datetime, timedelta

import pytest

from projects.rules import outside

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({}, "open"),
        ({"answered_at": NOW}, "answered"),
        ({"called_off_at": NOW}, "called_off"),
        ({"answered_at": NOW, "called_off_at": NOW}, "answered"),
        ({"is_blocker_open": False}, "over"),
        ({"expires_at": NOW}, "expired"),
        ({"expires_at": NOW, "is_blocker_open": False}, "over"),
    ],
)
def test_where_a_question_stands(said, state):
    usual = {"answered_at": None, "called_off_at": None, "is_blocker_open": True, "now": NOW}
    assert outside.state(**{**usual, "expires_at": NOW + timedelta(seconds=1), **said}) == state


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"question": ""}, "text_missing"),
        ({"question": "q" * 2001}, "too_long"),
        ({"name": "n" * 151}, "too_long"),
        ({"email": "nobody"}, "address_unusable"),
        ({"email": "a@b.c\nBcc: d@e.f"}, "address_unusable"),
        ({"email": f"{'a' * 250}@b.cd"}, "address_unusable"),
    ],
)
def test_what_is_wrong_with_a_question(wrong, code):
    said = {"name": "", "email": "ruth@example.org", "question": "When?"}
    assert outside.ask_obstacles(said) == []
    assert [found.code for found in outside.ask_obstacles({**said, **wrong})] == [code]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"open_ones": 5}, "too_many_open"),
        ({"is_asked": True}, "asked_already"),
        ({"today": 20}, "too_many_a_day"),
    ],
)
def test_nobody_is_asked_too_often(given, code):
    fine = {"open_ones": 4, "is_asked": False, "today": 19}
    assert outside.limit_obstacles(**fine) == []
    assert [found.code for found in outside.limit_obstacles(**{**fine, **given})] == [code]


def test_what_is_no_answer():
    assert outside.answer_obstacles("On Monday.", TODAY, TODAY) == []
    yesterday = TODAY - timedelta(days=1)
    found = outside.answer_obstacles("", yesterday, TODAY)
    assert [each.field for each in found] == ["answer", "expected_on"]
    assert [each.code for each in outside.answer_obstacles("a" * 5001, None, TODAY)] == ["too_long"]
