"""Scales of charts: where a value stands in its drawing, and which values an axis names."""

from collections.abc import Iterable
from math import ceil, floor, log10

# An axis names this many steps at most; fewer, rounder ones are read faster.
MOST_STEPS = 5
ROUND = (1, 2, 4, 5, 10)


def ticks(most: float, steps: int = MOST_STEPS) -> list[int]:
    """Round whole numbers from 0 to the first that is not below `most`."""
    least = max(most, 1) / steps
    power = 10 ** floor(log10(least))
    step = max(1, ceil(next(each * power for each in ROUND if each * power >= least)))
    return list(range(0, step * ceil(max(most, 1) / step) + 1, step))


def path(points: Iterable[tuple[float, float]]) -> str:
    """A line through points, as the `d` of a path."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
