"""Days as a calendar: what RFC 5545 asks of lines, texts and events."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.insights.rules import icalendars
from portfolio.insights.rules.icalendars import Day

pytestmark = pytest.mark.once
NOW = datetime(2026, 11, 21, 18, 30, 5, tzinfo=UTC)


def unfolded(text):
    return text.replace("\r\n ", "").split("\r\n")


def test_a_day_is_an_event_that_keeps_nobody_busy():
    text = icalendars.write("Roadmap", [Day("P-1-p50@plimsoll", date(2027, 12, 31), "Half likely")], NOW)
    lines = unfolded(text)
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTAMP:20261121T183005Z" in lines
    assert "DTSTART;VALUE=DATE:20271231" in lines
    assert "DTEND;VALUE=DATE:20280101" in lines, "the day after, which the event does not reach"
    assert "TRANSP:TRANSPARENT" in lines


def test_signs_that_mean_something_are_escaped():
    text = icalendars.write("A;B", [Day("1", date(2027, 1, 1), "a, b; c\\d\r\nBEGIN:VALARM")], NOW)
    assert "SUMMARY:a\\, b\\; c\\\\d BEGIN:VALARM" in unfolded(text)
    assert "X-WR-CALNAME:A\\;B" in unfolded(text)


@pytest.mark.parametrize("letter", ["a", "é", "漢", "😀"])
def test_lines_are_measured_in_bytes_and_no_letter_is_cut(letter):
    text = icalendars.write("R", [Day("1", date(2027, 1, 1), letter * 200)], NOW)
    assert max(len(line.encode()) for line in text.split("\r\n")) in range(72, 76)
    assert f"SUMMARY:{letter * 200}" in unfolded(text)


@given(st.text(max_size=300))
def test_no_line_is_too_long_and_no_text_ends_one(title):
    text = icalendars.write("R", [Day("1", date(2027, 1, 1), title)], NOW)
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert len([line for line in unfolded(text) if line.startswith("SUMMARY:")]) == 1
    assert "\n" not in text.replace("\r\n", "")
