"""How many projects are expected in production by month, with bands: half the time, and four in five."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from portfolio.insights.charts import scales

YEAR = timedelta(days=366)  # a year ahead; beyond it the bands say little
APART = 14  # px between two lines of text at the right end


@dataclass(frozen=True, slots=True)
class Size:
    """One of the two drawings of the chart, in px; `every`: one month in so many is named."""

    name: str
    width: int
    height: int
    left: int
    right: int
    every: int


SIZES = (Size("wide", 600, 290, 30, 112, 3), Size("narrow", 326, 230, 22, 100, 6))
TOP, BOTTOM = 14, 28


@dataclass(frozen=True, slots=True)
class Mark:
    """A text of the drawing and where it stands."""

    x: float
    y: float
    text: str
    kind: str = "tick"
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Fan:
    """One drawing: paths of its bands and lines, and its texts."""

    size: Size
    outer: str
    inner: str
    middle: str
    alternative: str
    end: tuple[float, float]
    levels: tuple[Mark, ...]
    marks: tuple[Mark, ...]

    @property
    def right(self) -> int:
        return self.size.width - self.size.right


def rows(months: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The months of a forecast that the chart and its table show, with their days as dates."""
    shown = [{**month, "on": date.fromisoformat(str(month["on"]))} for month in months]
    return [month for month in shown if month["on"] <= shown[0]["on"] + YEAR]


def fans(
    months: Sequence[Mapping[str, Any]], alternative: Sequence[float | None] | None = None
) -> tuple[Fan, ...]:
    """Both drawings of the rows above; `alternative`: what a what-if expects in each month."""
    if len(months) < 2:
        return ()
    return tuple(_fan(size, months, alternative) for size in SIZES)


def _fan(size: Size, months: Sequence[Mapping[str, Any]], alternative: Sequence[float | None] | None) -> Fan:
    first, last = months[0]["on"], months[-1]["on"]
    levels = scales.ticks(max(month["p90"] for month in months), 4)
    right, floor = size.width - size.right, size.height - BOTTOM
    at = [size.left + (m["on"] - first).days / (last - first).days * (right - size.left) for m in months]

    def y(value: float) -> float:
        return floor - value / levels[-1] * (floor - TOP)

    def line(values: Sequence[float | None]) -> list[tuple[float, float]]:
        return [(x, y(value)) for x, value in zip(at, values, strict=False) if value is not None]

    def band(low: str, high: str) -> str:
        ceiling, ground = line([m[high] for m in months]), line([m[low] for m in months])
        return scales.path([*ceiling, *reversed(ground)]) + "Z"

    end = months[-1]
    return Fan(
        size=size,
        outer=band("p10", "p90"),
        inner=band("p25", "p75"),
        middle=scales.path(line([m["mean"] for m in months])),
        alternative=scales.path(line(alternative)) if alternative else "",
        end=(round(at[-1], 1), round(y(end["mean"]), 1)),
        levels=tuple(Mark(size.left - 6, round(y(v), 1), str(v), anchor="end") for v in levels),
        marks=(*_months(size, months, at), *_ends(right + 8, end, y)),
    )


def _months(size: Size, months: Sequence[Mapping[str, Any]], at: Sequence[float]) -> list[Mark]:
    """The names of every third or sixth month along the bottom; a new year says which."""
    y, named, year = size.height - 8, [], months[0]["on"].year
    for place in range(size.every, len(months) - size.every + 1, size.every):
        on = months[place]["on"]
        named.append(Mark(round(at[place], 1), y, f"{on:%b %Y}" if on.year != year else f"{on:%b}"))
        year = on.year
    last = months[-1]["on"]
    text = f"{last:%b %Y}" if last.year != year else f"{last:%b}"
    return [Mark(size.left, y, "Today", anchor="start"), *named, Mark(round(at[-1], 1), y, text)]


def _ends(x: float, end: Mapping[str, Any], y: Any) -> list[Mark]:
    """What the lines end at, kept apart where they end close to each other."""
    middle = y(end["mean"]) + 4
    high, low = min(y(end["p90"]) + 4, middle - APART), max(y(end["p10"]) + 4, middle + APART)
    return [
        Mark(x, round(high, 1), f"{end['p90']:g} (1 in 10 above)", "dl-2", "start"),
        Mark(x, round(middle, 1), f"{end['mean']:.1f} expected", "dl", "start"),
        Mark(x, round(low, 1), f"{end['p10']:g} (1 in 10 below)", "dl-2", "start"),
    ]
