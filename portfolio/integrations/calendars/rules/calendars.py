"""Dates as a calendar to subscribe to (iCalendar, RFC 5545; refresh hints of RFC 7986)."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from icalendar import Calendar, Event

# Changes show within an hour; programs may ask less often, and most do.
REFRESH = timedelta(hours=1)
# The number of an entry's version counts minutes from here: it grows with every change, and fits for ever.
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
# A text of the calendar may hold no control character but the end of a line (RFC 5545, 3.1).
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
LONGEST_TITLE = 250
# To be counted up when entries are written in another way.
FORMAT = 1


class Entry(NamedTuple):
    """A date of a whole day; `kind` and `number` tell it from every other one, also when it moves."""

    kind: str
    number: int
    on: date
    title: str
    path: str
    changed_at: datetime
    text: str = ""
    project: str = ""


# What each kind is called, in the calendar's own filters.
KINDS = {
    "gate": "Gate",
    "recertification": "Certification",
    "target": "Target date",
    "review": "Rollback review",
    "hold": "End of a hold",
    "condition": "Condition",
    "blocker": "Blocker",
    "todo": "To-do",
}


def digest(name: str, entries: Sequence[Entry], *, base: str) -> str:
    """Changes when what `write` gives does: a thousand dates are compared far sooner than written."""
    return sha256(repr((FORMAT, name, base, entries)).encode(errors="replace")).hexdigest()[:32]


def write(name: str, entries: Iterable[Entry], *, base: str) -> bytes:
    """A calendar of these dates; the same dates give the same bytes. `base` is the site's address."""
    calendar = Calendar()
    calendar.add("prodid", "-//Plimsoll//Dates//EN")
    calendar.add("version", "2.0")
    for title in ("name", "x-wr-calname"):
        calendar.add(title, plain(name))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for entry in entries:
        calendar.add_component(_event(entry, base))
    return calendar.to_ical()


def plain(text: str) -> str:
    """In one line, without characters that would end it."""
    return " ".join(CONTROLS.sub(" ", text).split())


def _event(entry: Entry, base: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.kind}-{entry.number}@{_host(base)}")
    # Without a method, both say when the entry was last revised.
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("sequence", max(0, (entry.changed_at - BEGINNING) // timedelta(minutes=1)))
    event.add("dtstart", entry.on)
    event.add("dtend", entry.on + timedelta(days=1))
    event.add("summary", plain(entry.title)[:LONGEST_TITLE])
    if entry.text:
        event.add("description", "\n".join(plain(line) for line in entry.text.splitlines()))
    event.add("categories", [KINDS[entry.kind]])
    event.add("url", f"{base}{entry.path}")
    # A date that somebody knows of keeps nobody from meeting.
    event.add("transp", "TRANSPARENT")
    return event


def _host(base: str) -> str:
    return base.partition("://")[2].partition("/")[0]
