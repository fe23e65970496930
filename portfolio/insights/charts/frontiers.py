"""Frontiers as line charts: value over the budget, and value over its spread."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10

from portfolio.insights.charts import scales
from portfolio.insights.charts.labels import text_width
from projects.templatetags.amounts import amount

# A scale names about this many steps.
STEPS, FEW_STEPS = 5, 3
ROUND = (1, 2, 2.5, 5, 10)
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Size:
    """One of the two drawings of a chart, in px."""

    name: str
    width: int
    height: int
    left: int
    right: int
    steps: int


SIZES = (Size("wide", 560, 270, 60, 18, STEPS), Size("narrow", 326, 220, 52, 12, FEW_STEPS))
TOP, BOTTOM = 22, 40


@dataclass(frozen=True, slots=True)
class Point:
    """One answer: where it lies, its address, its words for those who read it; `y` None: there is no set."""

    x: float
    y: float | None
    href: str
    words: str
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of the drawing."""

    x: float
    y: float
    point: Point


@dataclass(frozen=True, slots=True)
class Tick:
    """A value that an axis names, and where."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Frontier:
    """One drawing."""

    size: Size
    line: str
    dots: tuple[Dot, ...]
    none: tuple[Dot, ...]  # asked for, but no set keeps the rules
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    zero: float
    label: tuple[float, float, str, str] | None  # of what was asked for: x, y, anchor, text

    @property
    def floor(self) -> int:
        return self.size.height - BOTTOM

    @property
    def end(self) -> int:
        return self.size.width - self.size.right


def frontiers(points: Sequence[Point], *, is_stepped: bool = False) -> tuple[Frontier, ...]:
    """Both drawings; `is_stepped`: between two points the value of the first holds, as with budgets."""
    if sum(point.y is not None for point in points) < 2:
        return ()
    return tuple(_frontier(size, points, is_stepped) for size in SIZES)


def _frontier(size: Size, points: Sequence[Point], is_stepped: bool) -> Frontier:
    known = [(point, point.y) for point in points if point.y is not None]
    columns = _ticks(0.0, max(point.x for point in points), size.steps)
    levels = _ticks(min(0.0, *(y for _, y in known)), max(0.0, *(y for _, y in known)), size.steps)
    bottom, end = size.height - BOTTOM, size.width - size.right

    def x(value: float) -> float:
        return size.left + (value - columns[0]) / (columns[-1] - columns[0]) * (end - size.left)

    def y(value: float) -> float:
        return bottom - (value - levels[0]) / (levels[-1] - levels[0]) * (bottom - TOP)

    dots = [Dot(round(x(point.x), 1), round(y(value), 1), point) for point, value in known]
    return Frontier(
        size=size,
        line=_path(dots, is_stepped),
        dots=tuple(dots),
        none=tuple(Dot(round(x(point.x), 1), bottom - 5, point) for point in points if point.y is None),
        across=tuple(Tick(round(x(value), 1), _money(value)) for value in columns),
        up=tuple(Tick(round(y(value), 1), _money(value)) for value in levels),
        zero=round(y(0.0), 1),
        label=_label(size, dots),
    )


def _path(dots: Sequence[Dot], is_stepped: bool) -> str:
    points = [(dots[0].x, dots[0].y)]
    for before, after in pairwise(dots):
        if is_stepped:
            points.append((after.x, before.y))
        points.append((after.x, after.y))
    return scales.path(points)


def _label(size: Size, dots: Sequence[Dot]) -> tuple[float, float, str, str] | None:
    """The words "asked" beside what was asked for, kept within the drawing."""
    asked = next((dot for dot in dots if dot.point.is_asked), None)
    if asked is None or asked.point.y is None:
        return None
    text = _money(asked.point.y)
    wide = text_width(text, 12, bold=True)
    at_end = asked.x + wide / 2 > size.width - 2
    at_start = asked.x - wide / 2 < size.left
    anchor = "end" if at_end else "start" if at_start else "middle"
    return asked.x, max(asked.y - 10, 12), anchor, text


def _ticks(low: float, high: float, steps: int) -> list[float]:
    """Round values from at or below `low` to at or above `high`, 0 among them."""
    span = max(high - low, 1e-9)
    power = 10.0 ** floor(log10(span / steps))
    step = next(each * power for each in ROUND if each * power >= span / steps * (1 - 1e-9))
    first, last = floor(low / step + 1e-9), -floor(-high / step + 1e-9)
    return [number * step for number in range(first, max(last, first + 1) + 1)]


def _money(value: float) -> str:
    return f"{MINUS if value < 0 else ''}{amount(abs(value))}"
