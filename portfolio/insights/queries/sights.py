"""What an address of the matrix asks for: filters, axes, size, day, range; unknown words count as absent."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

from django.utils.dateparse import parse_date

from portfolio.insights.queries import choices
from portfolio.insights.queries.choices import Choice
from portfolio.insights.rules.matrix.readings import IMPACT, PROBABILITY, RISK, SIZES, VALUE

RANGE = re.compile(r"(\d{1,3})-(\d{1,3})")
SORTS = ("name", "quadrant", "x", "y", "amount", "health")
# The least width of a range, in points: below it there is nothing left to tell apart.
NARROWEST = 1


@dataclass(frozen=True, slots=True)
class Sight:
    """One look at the matrix."""

    choice: Choice = field(default_factory=Choice)
    across: str = RISK
    up: str = IMPACT
    size: str = ""  # empty: what every project knows, effort first
    day: date | None = None
    since: date | None = None
    has_trails: bool = True
    has_unknowns: bool = False
    has_live: bool = False
    project: str = ""
    x: tuple[int, int] | None = None
    y: tuple[int, int] | None = None
    sort: str = ""

    @property
    def is_zoomed(self) -> bool:
        return self.x is not None or self.y is not None

    @property
    def is_plain(self) -> bool:
        """Whether it shows risk against impact, on which alone there are quadrants."""
        return (self.across, self.up) == (RISK, IMPACT)

    def but(self, **changes: Any) -> "Sight":
        """The same look with something changed."""
        return replace(self, **changes)

    def query(self, **changes: Any) -> str:
        """Its query string; what is as usual is left out."""
        sight = replace(self, **changes)
        return sight.choice.query(
            across="" if sight.across == RISK else sight.across,
            up="" if sight.up == IMPACT else sight.up,
            size=sight.size,
            day=sight.day or "",
            since=sight.since or "",
            trails="" if sight.has_trails else "0",
            unknowns="1" if sight.has_unknowns else "",
            live="1" if sight.has_live else "",
            x=f"{sight.x[0]}-{sight.x[1]}" if sight.x else "",
            y=f"{sight.y[0]}-{sight.y[1]}" if sight.y else "",
            sort=sight.sort,
            project=sight.project,
        )

    def base(self, **changes: Any) -> str:
        """The same, to be followed by further parameters."""
        query = self.query(**changes)
        return f"{query}&" if query else ""


def parse(asked: Mapping[str, str], pitfalls: Collection[str]) -> Sight:
    """Read an address; days that are no days are as if not there (pages refuse them before)."""
    across, up, size = asked.get("across", ""), asked.get("up", ""), asked.get("size", "")
    sort = asked.get("sort", "")
    return Sight(
        choice=choices.parse(asked),
        across=across if across in (PROBABILITY, *pitfalls) else RISK,
        up=up if up == VALUE else IMPACT,
        size=size if size in SIZES else "",
        day=_day(asked.get("day", "")),
        since=_day(asked.get("since", "")),
        has_trails=asked.get("trails") != "0",
        has_unknowns=asked.get("unknowns") == "1",
        has_live=asked.get("live") == "1",
        project=asked.get("project", "")[:20],
        x=_range(asked.get("x", "")),
        y=_range(asked.get("y", "")) if up != VALUE else None,
        sort=sort if sort.removeprefix("-") in SORTS else "",
    )


def _range(text: str) -> tuple[int, int] | None:
    found = RANGE.fullmatch(text)
    if not found:
        return None
    low, high = int(found[1]), min(int(found[2]), 100)
    return (low, high) if high - low >= NARROWEST else None


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def hidden(sight: Sight, *shown: str) -> list[tuple[str, str]]:
    """What a form has to carry along, besides the fields that it shows itself."""
    return [(name, value) for name, value in parse_qsl(sight.query()) if name not in shown]


FILTERS = tuple(each.name for each in fields(Choice))
