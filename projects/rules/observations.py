"""Observations of metrics: which can be kept, and what makes one the same as another."""

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from projects.rules import evidence
from projects.rules.facts import Obstacle
from projects.rules.measurements import LONGEST_NAME, NAME

OFFLINE, SHADOW, ONLINE = ENVIRONMENTS = ("offline", "shadow", "online")
LONGEST_SEGMENT, LONGEST_VERSION, LONGEST_SOURCE = 60, 64, 200
# Rows of one request, and metrics among them; more is a slip in a loop.
MOST_AT_ONCE, MOST_METRICS_AT_ONCE = 10_000, 200
# Beyond, a number is a slip.
LARGEST = 1e15
MOST_SAMPLES = 2**63 - 1
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
# Clocks of two machines differ by that much at most.
AHEAD = timedelta(minutes=5)
# More wrong rows than anybody reads.
MOST_TOLD = 100


class Observed(NamedTuple):
    """What a metric was: where, of which part of the users, of which version, and when."""

    metric: str
    environment: str
    value: float
    at: datetime
    segment: str = ""
    version: str = ""
    low: float | None = None
    high: float | None = None
    samples: int | None = None


class Key(NamedTuple):
    """What makes an observation the same as another of its project."""

    metric: str
    environment: str
    segment: str
    version: str
    at: datetime


class Said(NamedTuple):
    """What is said under a key; saying something else is a correction."""

    value: float
    low: float | None
    high: float | None
    samples: int | None


def key(given: Observed) -> Key:
    """What makes an observation the same as another of its project."""
    return Key(given.metric, given.environment, given.segment, given.version, given.at)


def said(given: Observed) -> Said:
    """What is said under its key."""
    return Said(given.value, given.low, given.high, given.samples)


def obstacles(given: Sequence[Observed], source: str, now: datetime) -> list[Obstacle]:
    """Everything that is wrong with a batch; each field begins with the place of its row, as in 12.value."""
    if len(given) > MOST_AT_ONCE:
        remedy = f"Post at most {MOST_AT_ONCE} at once."
        return [Obstacle("too_many", f"These are {len(given)} observations.", remedy, "")]
    found = list(_source_obstacles(source))
    latest = now + AHEAD
    for place, row in enumerate(given):
        if _is_plain(row, latest):
            continue
        found += [
            Obstacle(each.code, each.message, each.remedy, f"{place}.{each.field}")
            for each in row_obstacles(row, now)
        ]
        if len(found) >= MOST_TOLD:
            return found[:MOST_TOLD]
    return found or list(_together(given))


def row_obstacles(row: Observed, now: datetime) -> Iterator[Obstacle]:
    """Everything that is wrong with one observation."""
    if not NAME.fullmatch(row.metric) or len(row.metric) > LONGEST_NAME:
        message = f"“{row.metric[:40]}” is no name of a metric."
        remedy = f"Use small letters, digits and _, at most {LONGEST_NAME}, such as recall."
        yield Obstacle("metric_name", message, remedy, "metric")
    if row.environment not in ENVIRONMENTS:
        message = f"“{row.environment[:40]}” is no environment."
        yield Obstacle("environment", message, f"Use one of {', '.join(ENVIRONMENTS)}.", "environment")
    for field, text, longest in (
        ("segment", row.segment, LONGEST_SEGMENT),
        ("version", row.version, LONGEST_VERSION),
    ):
        yield from _text_obstacles(field, text, longest)
    yield from _number_obstacles(row)
    if row.at.tzinfo is None:
        remedy = "Add Z or the distance to UTC, such as +01:00."
        yield Obstacle("no_zone", "This time has no zone.", remedy, "at")
    elif not EARLIEST <= row.at <= now + AHEAD:
        remedy = f"Give the time of the measurement, from {EARLIEST.year} to now."
        yield Obstacle("unlikely_time", f"{row.at.isoformat()} is not a likely time.", remedy, "at")


def _is_plain(row: Observed, latest: datetime) -> bool:
    """Whether nothing can be wrong with a row; quick, for nearly all rows are."""
    low, high = row.low, row.high
    return bool(
        -LARGEST < row.value < LARGEST
        and (low is None) == (high is None)
        and (low is None or (-LARGEST < low <= row.value <= high < LARGEST))  # type: ignore[operator]
        and row.environment in ENVIRONMENTS
        and len(row.metric) <= LONGEST_NAME
        and NAME.fullmatch(row.metric)
        and (not row.segment or not _is_bad(row.segment, LONGEST_SEGMENT))
        and (not row.version or not _is_bad(row.version, LONGEST_VERSION))
        and (row.samples is None or 0 <= row.samples <= MOST_SAMPLES)
        and row.at.tzinfo is not None
        and EARLIEST <= row.at <= latest
    )


def _is_bad(text: str, longest: int) -> bool:
    return len(text) > longest or not text.isprintable() or text != text.strip()


def _text_obstacles(field: str, text: str, longest: int) -> Iterator[Obstacle]:
    if _is_bad(text, longest):
        remedy = f"Use at most {longest} characters on one line, without blanks around them."
        yield Obstacle(field, f"This is no {field}.", remedy, field)


def _number_obstacles(row: Observed) -> Iterator[Obstacle]:
    for field, number in (("value", row.value), ("low", row.low), ("high", row.high)):
        if number is not None and not (math.isfinite(number) and abs(number) < LARGEST):
            remedy = "Give a number below 10^15; leave the row out where there is none."
            yield Obstacle("not_a_number", "This is not a number that can be kept.", remedy, field)
    if (row.low is None) != (row.high is None):
        lacking = "low" if row.low is None else "high"
        yield Obstacle("half_an_interval", "An interval has two ends.", "Give both, or neither.", lacking)
    if row.low is not None and row.low > row.value:
        yield Obstacle("beyond_interval", "This is above the value.", "Give the lower end.", "low")
    if row.high is not None and row.high < row.value:
        yield Obstacle("beyond_interval", "This is below the value.", "Give the upper end.", "high")
    if row.samples is not None and not 0 <= row.samples <= MOST_SAMPLES:
        remedy = "Give a whole number from 0 up, or leave it out."
        yield Obstacle("no_count", "This is no number of samples.", remedy, "samples")


def _source_obstacles(source: str) -> Iterator[Obstacle]:
    if len(source) > LONGEST_SOURCE:
        message = f"This is longer than {LONGEST_SOURCE} characters."
        yield Obstacle("too_long", message, "Name the run or the report.", "source")
    yield from evidence.text_obstacles(source, "source")


def _together(given: Sequence[Observed]) -> Iterator[Obstacle]:
    """What is wrong with rows that are all right by themselves."""
    if (number := len({row.metric for row in given})) > MOST_METRICS_AT_ONCE:
        remedy = f"Post at most {MOST_METRICS_AT_ONCE} at once; put parts of the users into `segment`."
        yield Obstacle("too_many", f"These are {number} metrics.", remedy, "")
    first: dict[Key, tuple[int, Said]] = {}
    for place, row in enumerate(given):
        before, spoken = first.setdefault(key(row), (place, said(row)))
        if spoken != said(row):
            message = f"Row {before} says another value of the same metric, place, version and time."
            yield Obstacle("said_twice", message, "Leave one of them out.", f"{place}.value")
