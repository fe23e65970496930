"""How the likely day of a launch moved: forecasts from left to right, the days that they gave upwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from portfolio.insights.charts import words
from portfolio.insights.queries.project_forecasts import Outlook

# Drawn in the width of its box with text at its size; upwards in pixels.
HEIGHT, TOP, BOTTOM = 128, 10, 108
LEFT, RIGHT = 15.0, 88.0  # what is written at the sides has room of its own
# A month that nothing moved in should look like nothing, not like a cliff.
LEAST_SPAN = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Spot:
    """One forecast."""

    x: float
    y: float
    low: float  # where its P80 stands
    says: str


@dataclass(frozen=True, slots=True)
class Step:
    """The line from one forecast to the next."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Drift:
    """The drawing; `target` is the height of the day that was promised."""

    spots: tuple[Spot, ...]
    steps: tuple[Step, ...]
    target: float | None
    first: str
    last: str
    latest: str  # the day at the top
    soonest: str
    height: int = HEIGHT
    top: int = TOP
    bottom: int = BOTTOM


def drift(outlook: Outlook) -> Drift | None:
    """None while there are fewer than two days to compare."""
    days = [
        (point.on, point.p50_on, point.p80_on or point.p50_on) for point in outlook.points if point.p50_on
    ]
    if outlook.made_at and outlook.p50_on and (not days or days[-1][0] < outlook.today):
        days.append((outlook.today, outlook.p50_on, outlook.p80_on or outlook.p50_on))
    if len(days) < 2:
        return None
    heights = [day for _, half, later in days for day in (half, later) if day]
    if outlook.committed_on:
        heights.append(outlook.committed_on)
    low, high = min(heights), max(heights)
    if high - low < LEAST_SPAN:
        high = low + LEAST_SPAN
    spots = tuple(_spots(days, low, high))
    steps = tuple(Step(one.x, one.y, other.x, other.y) for one, other in pairwise(spots))
    target = _y(outlook.committed_on, low, high) if outlook.committed_on else None
    return Drift(spots, steps, target, _month(days[0][0]), _month(days[-1][0]), _month(high), _month(low))


def _spots(days: Sequence[tuple[date, date | None, date | None]], low: date, high: date) -> list[Spot]:
    start, whole = days[0][0], max((days[-1][0] - days[0][0]).days, 1)
    found = []
    for on, half, later in days:
        if half is None or later is None:
            continue
        x = round(LEFT + (RIGHT - LEFT) * (on - start).days / whole, 2)
        says = f"On {words.on(on)}: half by {words.on(half)}, 80% by {words.on(later)}"
        found.append(Spot(x, _y(half, low, high), _y(later, low, high), says))
    return found


def _y(day: date, low: date, high: date) -> float:
    """Later is higher."""
    return round(BOTTOM - (BOTTOM - TOP) * (day - low).days / (high - low).days, 1)


def _month(day: date) -> str:
    return f"{day:%b %Y}"
