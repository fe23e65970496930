"""Whether a metric moves beyond its noise: a straight line through its versions or weeks, with an interval.

A point is a version of the model, where at least four are known, or else a week: the mean of what was
observed. Through the last twelve points y_i at x_i = 0, 1, … goes the line of least weighted squares, with
w_i = 1/s_i², s_i = (high_i - low_i) / 3.92, where every point has an interval, or else w_i = 1. Its slope is
b = Σ w_i (x_i - x̄)(y_i - ȳ) / S with S = Σ w_i (x_i - x̄)². The rise over the whole span is b (n - 1),
divided by the level |ŷ_0| at which the line begins, so that metrics of different units can be compared. Its
interval is ± t e (n - 1) / |ŷ_0|, with Student's t of 95% and n - 2 degrees of freedom. From intervals
e = √(1/S) · max(1, √(R / (n - 2))), which grows where points scatter more than their intervals say, and
otherwise e = √(R / (n - 2) / S), R being Σ w_i (y_i - ŷ_i)².
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby, pairwise
from math import ceil, sqrt
from statistics import median
from typing import Any, NamedTuple

LEAST_POINTS, MOST_POINTS = 4, 12
# Half the width of an interval of 95% in standard deviations, on both sides.
WIDTH = 2 * 1.96
# Student's t of 95%, both sides, with 1 to 10 degrees of freedom.
STUDENT = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)
# Less than that is rounding.
NOTHING = 1e-9
# What was observed longer before the newest observation says nothing about now.
WINDOW = timedelta(days=180)
DIGITS = 6


class Day(NamedTuple):
    """What was observed of one version on one day: its mean, and the mean width where all had intervals."""

    version: str
    on: date
    value: float
    width: float | None
    number: int


class Point(NamedTuple):
    """A version or a week: when it began, its mean, and its standard deviation where intervals are known."""

    on: date
    value: float
    deviation: float | None = None


class Trend(NamedTuple):
    """How far a metric rose over its points, as a part of where it began, with an interval of 95%."""

    rise: float
    low: float
    high: float
    points: int
    by: str  # version, week
    from_on: date
    until_on: date

    def improvement(self, *, higher_is_better: bool) -> "Trend":
        """The same with better as up."""
        if higher_is_better:
            return self
        return self._replace(rise=-self.rise, low=-self.high, high=-self.low)


def of_course(days: Sequence[Day]) -> Trend | None:
    """The trend of what was observed; None: too little to tell."""
    versions = _points((day.version, day) for day in days if day.version)
    if len(versions) >= LEAST_POINTS:
        return of_points(versions, "version")
    return of_points(_points((day.on - timedelta(days=day.on.weekday()), day) for day in days), "week")


def of_points(points: Sequence[Point], by: str) -> Trend | None:
    """The trend through points in any order; None: too few, or it begins at nothing."""
    last = sorted(points)[-MOST_POINTS:]
    if len(last) < LEAST_POINTS:
        return None
    known = [point.deviation for point in last if point.deviation]
    has_intervals = len(known) == len(last)
    weights = [1 / deviation**2 for deviation in known] if has_intervals else [1.0] * len(last)
    slope, start, error = _line([point.value for point in last], weights, has_intervals=has_intervals)
    level, span = abs(start), len(last) - 1
    if level < NOTHING:
        return None
    rise = slope * span / level
    half = max(STUDENT[len(last) - 3] * error * span / level, NOTHING)
    return Trend(rise, rise - half, rise + half, len(last), by, last[0].on, last[-1].on)


def is_split(offline: Trend | None, online: Trend | None, *, higher_is_better: bool) -> bool:
    """Offline gets better beyond its noise, online does not, and cannot have gained as much.

    With improvements and intervals of 95%: offline.low > 0, online.low <= 0, online.high < offline.rise.
    """
    if offline is None or online is None:
        return False
    up, flat = (each.improvement(higher_is_better=higher_is_better) for each in (offline, online))
    return up.low > 0 >= flat.low and flat.high < up.rise


def rhythm(days: Iterable[Day]) -> int | None:
    """Every how many days a metric comes: the median distance of days, rounded up; None: too few to tell."""
    seen = sorted({day.on for day in days})
    if len(seen) < LEAST_POINTS:
        return None
    return ceil(median((after - before).days for before, after in pairwise(seen)))


def stored(trend: Trend | None) -> dict[str, Any] | None:
    """The form in which a project keeps a trend."""
    if trend is None:
        return None
    numbers = {name: round(getattr(trend, name), DIGITS) for name in ("rise", "low", "high")}
    days = {"from": trend.from_on.isoformat(), "until": trend.until_on.isoformat()}
    return {**numbers, "points": trend.points, "by": trend.by, **days}


def read(kept: Mapping[str, Any] | None) -> Trend | None:
    """A trend as a project keeps it."""
    if not kept:
        return None
    days = (date.fromisoformat(kept[end]) for end in ("from", "until"))
    return Trend(kept["rise"], kept["low"], kept["high"], kept["points"], kept["by"], *days)


def _points(named: Iterable[tuple[Any, Day]]) -> list[Point]:
    """The mean of each version or week; its width is the mean one, for repeated looks share their data."""
    found = []
    for _, group in groupby(sorted(named), key=lambda each: each[0]):
        days = [day for _, day in group]
        number = sum(day.number for day in days)
        widths = [day.width * day.number for day in days if day.width]
        mean = sum(day.value * day.number for day in days) / number
        deviation = sum(widths) / number / WIDTH if len(widths) == len(days) else None
        found.append(Point(min(day.on for day in days), mean, deviation))
    return found


def _line(
    values: Sequence[float], weights: Sequence[float], *, has_intervals: bool
) -> tuple[float, float, float]:
    """Slope, where the line begins, and the standard error of the slope."""
    total = sum(weights)
    x_mean = sum(weight * x for x, weight in enumerate(weights)) / total
    y_mean = sum(weight * y for y, weight in zip(values, weights, strict=True)) / total
    rows = [
        (x - x_mean, y - y_mean, weight) for x, (y, weight) in enumerate(zip(values, weights, strict=True))
    ]
    spread = sum(weight * x * x for x, _, weight in rows)
    slope = sum(weight * x * y for x, y, weight in rows) / spread
    scatter = sum(weight * (y - slope * x) ** 2 for x, y, weight in rows) / (len(rows) - 2)
    error = sqrt(max(1.0, scatter) / spread) if has_intervals else sqrt(scatter / spread)
    return slope, y_mean - slope * x_mean, error
