"""Days as a calendar that other programs read (iCalendar, RFC 5545); it needs so few words of it."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

# No line may be longer, in bytes, its end not counted (section 3.1).
LONGEST_LINE = 75


class Day(NamedTuple):
    """An event of a whole day; `uid` stays the same when the day moves."""

    uid: str
    on: date
    title: str
    text: str = ""
    url: str = ""


def write(name: str, days: Iterable[Day], now: datetime) -> str:
    """A calendar with these days; `now` is in UTC."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Plimsoll//Roadmap//EN"]
    lines.append(f"X-WR-CALNAME:{_text(name)}")
    for day in days:
        lines += _event(day, now)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(day: Day, now: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{day.uid}"
    yield f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{day.on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day.on + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(day.title)}"
    if day.text:
        yield f"DESCRIPTION:{_text(day.text)}"
    if day.url:
        yield f"URL:{day.url}"
    # Likelihoods and promises keep nobody busy.
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _text(value: str) -> str:
    """Escaped (section 3.3.11); what would end a line early is a space."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return " ".join(escaped.split())


def _folded(line: str) -> Iterator[str]:
    """In parts of 75 bytes, each further one after a space, never within a letter."""
    part, size = "", 0
    for letter in line:
        length = len(letter.encode())
        if size + length > LONGEST_LINE:
            yield part
            part, size = " ", 1
        part += letter
        size += length
    yield part
