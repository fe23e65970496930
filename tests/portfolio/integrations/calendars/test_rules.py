"""A calendar that other programs read: read back by another hand, whatever people have written."""

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.integrations.calendars.rules import calendars
from portfolio.integrations.calendars.rules.calendars import Entry
from tests.projects.rules.score_cases import UNTIMED

pytestmark = pytest.mark.once

BASE = "https://plimsoll.example.org"
THEN = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
HOSTILE = 'A, b; c\\n "d": BEGIN:VALARM\r\nEND:VEVENT\x00\x07\x85\u2028Zürich 東京 🚢 ' + "e" * 200


def entry(**changes):
    fields = {"kind": "gate", "number": 7, "on": date(2027, 3, 12), "title": "CLM-7 Claims: gate G2"}
    return Entry(**{**fields, "path": "/projects/CLM-7/", "changed_at": THEN, **changes})


def read(*entries, name="Plimsoll"):
    """As a calendar program has it."""
    body = calendars.write(name, entries, base=BASE)
    return icalendar.Calendar.from_ical(body), body


def test_a_date_is_an_event_of_a_whole_day():
    calendar, _ = read(entry(text="Likely by 1 May 2027 (P80)."))
    (event,) = calendar.walk("VEVENT")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2027, 3, 12), date(2027, 3, 13))
    assert str(event["SUMMARY"]) == "CLM-7 Claims: gate G2"
    assert str(event["DESCRIPTION"]) == "Likely by 1 May 2027 (P80)."
    assert (event["UID"], event["URL"]) == ("gate-7@plimsoll.example.org", f"{BASE}/projects/CLM-7/")
    assert event["CATEGORIES"].cats == ["Gate"]
    assert event["LAST-MODIFIED"].dt == event["DTSTAMP"].dt == THEN
    assert event["TRANSP"] == "TRANSPARENT"


def test_programs_are_told_how_often_to_ask():
    _, body = read(entry())
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in body
    assert b"X-PUBLISHED-TTL:PT1H\r\n" in body


def test_a_date_that_moves_is_the_same_event_with_a_higher_number():
    (before,) = read(entry())[0].walk("VEVENT")
    moved = entry(on=date(2027, 1, 1), changed_at=THEN + timedelta(minutes=3))
    (after,) = read(moved)[0].walk("VEVENT")
    assert before["UID"] == after["UID"]
    assert after["SEQUENCE"] - before["SEQUENCE"] == 3
    assert after["LAST-MODIFIED"].dt > before["LAST-MODIFIED"].dt
    assert read(entry(changed_at=datetime(2001, 1, 1, tzinfo=UTC)))[0].walk("VEVENT")[0]["SEQUENCE"] == 0
    # It fits into 32 bits for longer than anybody plans.
    late = entry(changed_at=datetime(2999, 1, 1, tzinfo=UTC))
    assert read(late)[0].walk("VEVENT")[0]["SEQUENCE"] < 2**31


def test_the_same_dates_are_the_same_bytes_and_their_digest_tells_others():
    def digest(*entries, name="Plimsoll", base=BASE):
        return calendars.digest(name, list(entries), base=base)

    assert read(entry())[1] == read(entry())[1] and digest(entry()) == digest(entry())
    others = [
        digest(entry(**change))
        for change in (
            {"title": "x"},
            {"on": THEN.date()},
            {"changed_at": THEN - timedelta(1)},
            {"text": "x"},
        )
    ]
    others += [digest(), digest(entry(), entry()), digest(entry(), name="x"), digest(entry(), base="x")]
    assert len({digest(entry()), *others}) == 9


def check(text):
    calendar, body = read(entry(title=text, text=f"{text}\n{text}"), name=text)
    (event,) = calendar.walk("VEVENT")
    plain = calendars.plain(text)
    assert str(event.get("SUMMARY", "")) == plain[: calendars.LONGEST_TITLE]
    assert str(calendar.get("X-WR-CALNAME", "")) == plain
    assert not calendar.walk("VALARM") and len(calendar.subcomponents) == 1
    for line in body.split(b"\r\n"):
        assert len(line) <= 75
        assert not any(each < 0x20 and each != 0x09 for each in line) and 0x7F not in line
        line.decode()  # no letter is cut in two


def test_hostile_names_stay_names():
    check(HOSTILE)


@given(st.text(max_size=200))
@UNTIMED
def test_any_name_comes_back_as_it_was_but_for_line_ends_and_controls(text):
    check(text)
