"""Measurements that gates look at: what can be posted, and which one of a metric counts."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from typing import Any

from projects.rules import evidence
from projects.rules.facts import Obstacle

LONGEST_NAME, LONGEST_SOURCE = 60, 500
NAME = re.compile(r"[a-z][a-z0-9_]*")
# A project whose model reports more than this reports raw data; gates ask for a handful.
MOST_METRICS = 200
# Rows of one request.
MOST_AT_ONCE = 100
# Beyond, a number is a slip; these digits before and after the point are kept as they came.
LARGEST, MOST_DIGITS = Decimal(10) ** 15, 12
EXACT = Context(prec=60)
EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a metric was on a day, and where that can be looked up."""

    metric: str
    value: Decimal
    measured_on: date
    source: str = ""

    @property
    def number(self) -> str:
        """The value as text, without zeros that say nothing."""
        return number(self.value)

    @property
    def link(self) -> str:
        """The address to open, or an empty text where the source is words."""
        return evidence.link(self.source)

    @property
    def stored(self) -> dict[str, str]:
        """The form in which a project keeps it, under the name of its metric."""
        return {"value": self.number, "measured_on": self.measured_on.isoformat(), "source": self.source}


def number(value: Decimal) -> str:
    """A number as text, without zeros that say nothing."""
    return format(value.normalize(EXACT), "f") if value else "0"


def read(stored: Mapping[str, Mapping[str, Any]]) -> list[Measurement]:
    """What a project keeps, by name of the metric."""
    return [
        Measurement(metric, Decimal(of["value"]), date.fromisoformat(of["measured_on"]), of.get("source", ""))
        for metric, of in sorted(stored.items())
    ]


def obstacles(given: Measurement, today: date) -> list[Obstacle]:
    """Everything that is wrong with a measurement; `source` without blanks around it."""
    return [
        *_name_obstacles(given.metric),
        *value_obstacles(given.value),
        *_day_obstacles(given.measured_on, today),
        *_source_obstacles(given.source),
    ]


def newest(present: Iterable[Measurement], given: Iterable[Measurement]) -> dict[str, Measurement]:
    """The one that counts of each metric: the latest day, and of one day what came last."""
    found = {each.metric: each for each in present}
    for each in given:
        before = found.get(each.metric)
        if before is None or each.measured_on >= before.measured_on:
            found[each.metric] = each
    return found


def count_obstacles(found: Mapping[str, Measurement]) -> list[Obstacle]:
    """Why no further metric is taken."""
    if len(found) <= MOST_METRICS:
        return []
    remedy = "Post those that gates ask for, and link the others as evidence."
    return [Obstacle("too_many", f"A project has at most {MOST_METRICS} metrics.", remedy, "metric")]


def _name_obstacles(name: str) -> list[Obstacle]:
    if NAME.fullmatch(name) and len(name) <= LONGEST_NAME:
        return []
    message = f"“{name[:40]}” is no name of a metric."
    remedy = f"Use small letters, digits and _, at most {LONGEST_NAME}, such as latency_p95_ms."
    return [Obstacle("metric_name", message, remedy, "metric")]


def value_obstacles(value: Decimal, field: str = "value") -> list[Obstacle]:
    """Why a number cannot be kept."""
    # Compared, not calculated with: numbers come with any exponent.
    if value.is_finite() and -LARGEST < value < LARGEST and len(value.as_tuple().digits) <= EXACT.prec:
        # Zeros at the end say nothing.
        exponent = value.normalize(EXACT).as_tuple().exponent
        if isinstance(exponent, int) and -exponent <= MOST_DIGITS:
            return []
    remedy = f"Give a number below 10^15 with at most {MOST_DIGITS} digits after the point."
    return [Obstacle("not_a_number", "This is not a number that can be kept.", remedy, field)]


def _day_obstacles(day: date, today: date) -> list[Obstacle]:
    if EARLIEST <= day <= today:
        return []
    remedy = f"Give the day of the measurement, from {EARLIEST.year} to today."
    return [Obstacle("unlikely_date", f"{day} is not a likely day.", remedy, "measured_on")]


def _source_obstacles(source: str) -> list[Obstacle]:
    if len(source) > LONGEST_SOURCE:
        message = f"This is longer than {LONGEST_SOURCE} characters."
        return [Obstacle("too_long", message, "Name the run or the report.", "source")]
    return evidence.text_obstacles(source, "source")
