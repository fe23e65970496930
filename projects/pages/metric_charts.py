"""The course of a metric, drawn: offline, shadow and online with their intervals, versions and limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import floor, log10
from typing import NamedTuple

from projects.queries.metrics import Bucket

TOP, BOTTOM = 16, 38
APART = 14  # px between two lines of text
ROOM = 60  # px between two ends that have words between them
# More marks of versions than that stand in each other's way.
MOST_MARKS = 8
LABELS = {"offline": "Offline", "shadow": "Shadow", "online": "Online"}


class Size(NamedTuple):
    """One of the two drawings, in px; `ticks`: how many days are named below."""

    name: str
    width: int
    height: int
    left: int
    right: int
    ticks: int


SIZES = (Size("wide", 780, 260, 52, 140, 5), Size("narrow", 326, 230, 44, 84, 2))


class Limit(NamedTuple):
    """A level that is drawn across: the goal or the baseline."""

    label: str
    value: float


class Mark(NamedTuple):
    """A text and where it stands."""

    x: float
    y: float
    text: str
    kind: str = "tick"
    anchor: str = "middle"


class Stroke(NamedTuple):
    """A line or a band of one environment."""

    kind: str
    path: str


class Dot(NamedTuple):
    """A value; what is observed offline is round, the others are square."""

    kind: str
    x: float
    y: float


class Brace(NamedTuple):
    """How far online ends from offline."""

    x: float
    top: float
    bottom: float
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One drawing."""

    size: Size
    levels: tuple[Mark, ...]
    limits: tuple[Mark, ...]
    bands: tuple[Stroke, ...]
    lines: tuple[Stroke, ...]
    dots: tuple[Dot, ...]
    marks: tuple[Mark, ...]
    versions: tuple[Mark, ...]
    brace: Brace | None

    @property
    def right(self) -> int:
        return self.size.width - self.size.right

    @property
    def ground(self) -> int:
        return self.size.height - BOTTOM


def charts(
    courses: Mapping[str, Sequence[Bucket]],
    period: tuple[datetime, datetime],
    limits: Sequence[Limit] = (),
    apart: tuple[str, bool] | None = None,
) -> tuple[Chart, ...]:
    """Both drawings; none of nothing. `apart`: how far online is off, and whether too far."""
    if not any(courses.values()):
        return ()
    return tuple(_chart(size, courses, period, limits, apart) for size in SIZES)


def steps(low: float, high: float, most: int = 5) -> list[float]:
    """Round levels from below the lowest to above the highest value."""
    span = (high - low) or abs(high) or 1.0
    rough = span / (most - 1)
    power = 10.0 ** floor(log10(rough))
    step = next(power * times for times in (1, 2, 2.5, 5, 10) if power * times >= rough * 0.999)
    first, last = floor(low / step + 1e-9), -floor(-high / step + 1e-9)
    return [round(place * step, 12) for place in range(first, max(last, first + 1) + 1)]


def _chart(
    size: Size,
    courses: Mapping[str, Sequence[Bucket]],
    whole: tuple[datetime, datetime],
    limits: Sequence[Limit],
    apart: tuple[str, bool] | None,
) -> Chart:
    (start, until), levels = whole, steps(*_range(courses, limits))
    right, ground = size.width - size.right, size.height - BOTTOM
    period = max((until - start).total_seconds(), 1.0)

    def x(at: datetime) -> float:
        return round(size.left + (at - start).total_seconds() / period * (right - size.left), 1)

    def y(value: float) -> float:
        return round(ground - (value - levels[0]) / (levels[-1] - levels[0]) * (ground - TOP), 1)

    spots = {
        environment: [(x(bucket.at), y(bucket.last)) for bucket in course]
        for environment, course in courses.items()
        if course
    }
    ends = [
        (y(courses[each][-1].last), f"{LABELS[each]} {courses[each][-1].last:.4g}", each) for each in spots
    ]
    return Chart(
        size=size,
        levels=tuple(Mark(size.left - 6, y(level), f"{level:g}", anchor="end") for level in levels),
        limits=tuple(Mark(right - 4, y(each.value), each.label, "dl-2", "end") for each in limits),
        bands=tuple(Stroke(each, path) for each, course in courses.items() if (path := _band(course, x, y))),
        lines=tuple(Stroke(each, _path(found)) for each, found in spots.items() if len(found) > 1),
        dots=tuple(Dot(each, *spot) for each, found in spots.items() for spot in _told(found)),
        marks=(*_days(size, start, until, ground), *_ends(right + 8, ends)),
        versions=tuple(_versions(courses, x, ground)),
        brace=_brace(right + 12, ends, apart),
    )


def _range(courses: Mapping[str, Sequence[Bucket]], limits: Sequence[Limit]) -> tuple[float, float]:
    values = [limit.value for limit in limits]
    for bucket in (bucket for course in courses.values() for bucket in course):
        values += [bucket.least, bucket.most]
        values += [end for end in (bucket.low, bucket.high) if end is not None]
    return min(values), max(values)


def _band(course, x, y) -> str:  # type: ignore[no-untyped-def] # two ways from values to px
    """Between the ends of the intervals, or of parts with several values between the least and the most."""
    edges = [
        (x(each.at), y(min(each.least, each.low or each.least)), y(max(each.most, each.high or each.most)))
        if each.low is not None
        else (x(each.at), y(each.least), y(each.most))
        for each in course
    ]
    if len(edges) < 2 or all(low == high for _, low, high in edges):
        return ""
    return _path([(at, high) for at, _, high in edges] + [(at, low) for at, low, _ in reversed(edges)]) + "Z"


def _path(spots: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in spots)


def _told(spots: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    """Every value of a few; of many the last, or the line would be lost under its dots."""
    return spots if len(spots) <= 24 else spots[-1:]


def _days(size: Size, start: datetime, until: datetime, ground: int) -> list[Mark]:
    right, found = size.width - size.right, []
    for place in range(size.ticks):
        share = place / (size.ticks - 1)
        at = start + (until - start) * share
        anchor = "start" if not place else "end" if share == 1 else "middle"
        found.append(
            Mark(round(size.left + share * (right - size.left), 1), ground + 30, _day(at), "tick", anchor)
        )
    return found


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b %Y}"


def _ends(x: float, ends: Sequence[tuple[float, str, str]]) -> list[Mark]:
    """What the lines end at, kept apart where they end close to each other."""
    found: list[Mark] = []
    for y, text, environment in sorted(ends):
        place = max(y + 4, found[-1].y + APART) if found else y + 4
        found.append(Mark(x, round(place, 1), text, f"dl dl--{environment}", "start"))
    return found


def _brace(x: float, ends: Sequence[tuple[float, str, str]], apart: tuple[str, bool] | None) -> Brace | None:
    """Between the ends of offline and online, where there is room for its words."""
    at = {environment: y for y, _, environment in ends}
    if apart is None or not {"offline", "online"} <= at.keys():
        return None
    top, bottom = sorted((at["offline"], at["online"]))
    middle = (top + bottom) / 2
    if bottom - top < ROOM or abs(at.get("shadow", -ROOM) - middle) < APART:
        return None
    words, is_far = apart
    return Brace(x, round(top + 10, 1), round(bottom - 10, 1), words, "far" if is_far else "near")


def _versions(courses: Mapping[str, Sequence[Bucket]], x, ground: int) -> list[Mark]:  # type: ignore[no-untyped-def]
    """Where a version was seen first; the newest few."""
    first: dict[str, datetime] = {}
    for bucket in sorted((each for course in courses.values() for each in course), key=lambda each: each.at):
        if bucket.version:
            first.setdefault(bucket.version, bucket.at)
    found: list[Mark] = []
    for version, at in list(first.items())[-MOST_MARKS:]:
        place = x(at)
        text = version if len(version) <= 10 else f"{version[:9]}…"
        # A name that would stand on the one before is left out; its line stays.
        is_free = not found or place - max(each.x for each in found if each.text) > 7 * len(text)
        found.append(Mark(place, ground + 14, text if is_free else "", "tick"))
    return found
