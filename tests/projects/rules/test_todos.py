"""What is refused of a to-do that somebody wrote."""

from datetime import date

import pytest

from projects.rules import todos

pytestmark = pytest.mark.once
GOOD = {"text": "Book the load test", "due_on": None, "link": ""}


def test_a_sentence_is_enough():
    assert todos.obstacles(**GOOD) == []
    assert (
        todos.obstacles("x" * 300, date(2026, 12, 1), "https://tracker.example.org/browse/ML-1?a=b#c") == []
    )


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("text", "", "text_missing"),
        ("text", "x" * 301, "too_long"),
        ("text", "a\0b", "unusable_character"),
        ("text", "a\ud800b", "unusable_character"),
        ("due_on", date(1999, 12, 31), "unlikely_date"),
        ("due_on", date(2100, 1, 1), "unlikely_date"),
        ("link", "javascript:alert(1)", "link_unusable"),
        ("link", "JavaScript:alert(1)", "link_unusable"),
        ("link", "ftp://example.org/x", "link_unusable"),
        ("link", "//example.org/x", "link_unusable"),
        ("link", "ML-118", "link_unusable"),
        ("link", "https://", "link_unusable"),
        ("link", "https://example.org/a b", "link_unusable"),
        ("link", "https://user:secret@example.org/", "link_unusable"),
        ("link", "https://[::1", "link_unusable"),
        ("link", "https://example.org/\0", "unusable_character"),
        ("link", "https://example.org/" + "x" * 500, "too_long"),
    ],
)
def test_what_is_wrong_is_named_with_its_field_and_the_fix(field, value, code):
    (found,) = todos.obstacles(**{**GOOD, field: value})
    assert (found.field, found.code) == (field, code)
    assert found.message and found.remedy


def test_every_reason_is_said_at_once():
    found = todos.obstacles("", date(1900, 1, 1), "nowhere")
    assert [each.field for each in found] == ["text", "due_on", "link"]
