"""What a message can do: each verb with its fields, and how a value of a message becomes one of them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from projects.rules import blockers, checklists, evidence_kinds
from projects.rules.observations import ENVIRONMENTS

# Milliseconds since 1970 are greater than this, seconds are not for three thousand years.
MILLISECONDS_FROM = 10**11
CODE, LINE, TEXT = 40, 200, 2_000
MOST_METRICS = 200


@dataclass(frozen=True, slots=True)
class Field:
    """How a field is read, and what it can be; `choices` empty: anything of its kind."""

    reads: str = "text"  # code, line, text, number, whole, day, moment, numbers
    choices: tuple[str, ...] = ()
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class Verb:
    """What is done, in the words of the form, with its fields."""

    code: str
    label: str
    meaning: str
    fields: Mapping[str, Field]


MOVE = {
    "to": Field("code"),
    "kind": Field("code", ("advance", "back", "hold", "resume", "stop", "restart", "rollback", "retire")),
    "note": Field(),
    "reason_code": Field("code"),
    "until": Field("day"),
}
_LIST = (
    Verb("move", "Move it", "to another stage, if its gate is open", MOVE),
    Verb("propose", "Propose a move", "that a person confirms in My work", MOVE),
    Verb(
        "update",
        "Post an update",
        "with its health",
        {
            "health": Field("code", ("on_track", "at_risk", "off_track"), is_needed=True),
            "text": Field(is_needed=True),
            "next_step": Field(),
            "at_risk": Field(),
            "next_proof_on": Field("day"),
        },
    ),
    Verb(
        "observe",
        "Post metrics",
        "one by metric and value, or many by values",
        {
            "metric": Field("line"),
            "value": Field("number"),
            "values": Field("numbers"),
            "environment": Field("code", ENVIRONMENTS),
            "at": Field("moment"),
            "segment": Field("line"),
            "version": Field("line"),
            "low": Field("number"),
            "high": Field("number"),
            "samples": Field("whole"),
        },
    ),
    Verb(
        "check",
        "Fill a checklist",
        "with 0, 0.5 or 1 point for an item",
        {
            "checklist": Field("code", tuple(checklists.shipped()), is_needed=True),
            "item": Field("code", is_needed=True),
            "points": Field("code", ("0", "0.5", "1")),
        },
    ),
    Verb(
        "evidence",
        "Bring evidence",
        "by its address",
        {
            "kind": Field("code", evidence_kinds.codes(), is_needed=True),
            "title": Field("line", is_needed=True),
            "url": Field("text", is_needed=True),
            "text": Field(),
            "gate": Field("code"),
            "dated_on": Field("day"),
        },
    ),
    Verb(
        "blocker",
        "Raise a blocker",
        "once, as long as one with this title is open",
        {
            "title": Field("line", is_needed=True),
            "category": Field("code", tuple(each.code for each in blockers.shipped().categories), True),
            "severity": Field("code", tuple(each.code for each in blockers.shipped().severities), True),
            "workaround": Field(),
            "waiting_for": Field("line"),
            "expected_on": Field("day"),
        },
    ),
    Verb("signal", "See a sign of life", "of what is live", {"name": Field("line", is_needed=True)}),
)
VERBS: Mapping[str, Verb] = {verb.code: verb for verb in _LIST}


class Unfit(ValueError):
    """A value cannot be a field; says what is wanted instead."""


def read(field: Field, value: Any) -> Any:
    """A value of a message as a field of this kind; raises Unfit."""
    said = READERS[field.reads](value)
    if field.choices and said not in field.choices:
        raise Unfit(f"Use one of {', '.join(field.choices)}.")
    return said


def _text(value: Any, longest: int = TEXT) -> str:
    """Numbers are taken as they are written; what is too long is cut, for no pipeline would shorten it."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unfit("It has to be a text or a number.")
    text = str(value).strip()
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _line(value: Any) -> str:
    return _text(" ".join(_text(value).split()), LINE)


def _code(value: Any) -> str:
    text = _line(value)
    if len(text) > CODE:
        raise Unfit(f"It has to be a code of at most {CODE} letters.")
    return text


def _number(value: Any) -> float:
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise Unfit("It has to be a number.")
    return number


def _whole(value: Any) -> int:
    number = _number(value)
    if number != int(number):
        raise Unfit("It has to be a whole number.")
    return int(number)


def _day(value: Any) -> date:
    try:
        day = date.fromisoformat(str(value)[:10])
    except ValueError:
        raise Unfit("It has to be a day, such as 2027-03-01.") from None
    if not 2000 <= day.year < 2100:
        raise Unfit("It has to be a day between 2000-01-01 and 2099-12-31.")
    return day


def _moment(value: Any) -> datetime:
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value / 1000 if abs(value) > MILLISECONDS_FROM else value
            return datetime.fromtimestamp(seconds, UTC)
        at = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError):
        raise Unfit("It has to be a time, such as 2027-03-01T09:00:00Z, or seconds since 1970.") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _numbers(value: Any) -> dict[str, float]:
    if not isinstance(value, Mapping) or not 0 < len(value) <= MOST_METRICS:
        raise Unfit(f"It has to be an object of 1 to {MOST_METRICS} numbers by metric.")
    return {_line(name): _number(number) for name, number in value.items()}


READERS = {
    "code": _code,
    "line": _line,
    "text": _text,
    "number": _number,
    "whole": _whole,
    "day": _day,
    "moment": _moment,
    "numbers": _numbers,
}


def points(said: str) -> Decimal:
    """The points of a checklist's item."""
    return Decimal(said)
