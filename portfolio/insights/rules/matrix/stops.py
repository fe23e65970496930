"""Days to stop at on the way through a stored past: ends of months, and where a look back begins."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta

# A look back begins so long ago unless asked otherwise: a quarter, as plans are made.
USUAL = timedelta(days=91)
# More points than this and a trail is a knot.
MOST = 24
# Days at the end of the list that are named one by one; earlier ones by the end of their month.
NEAR = 31
# Money reads in powers of ten; no axis begins below this one.
LEAST_POWER = 3


def usual_start(days: Sequence[date], day: date) -> date | None:
    """Where trails begin: a quarter before the day, or the first day that was kept; None without a past."""
    before = [each for each in days if each < day]
    if not before:
        return None
    at = bisect_right(before, day - USUAL)
    return before[at - 1] if at else before[0]


def begun(days: Sequence[date], asked: date | None, day: date) -> date | None:
    """The kept day from which a look compares: the one asked for or the last before it, else the usual."""
    kept = [each for each in days if asked is not None and each <= asked and each < day]
    return kept[-1] if kept else usual_start(days, day)


def months(days: Sequence[date], since: date, until: date) -> list[date]:
    """The first day of a span and the last kept day of each of its months, without its end."""
    inside = [each for each in days if since <= each < until]
    last = {(each.year, each.month): each for each in inside}
    last.pop((until.year, until.month), None)
    return sorted({*inside[:1], *last.values()})[-MOST:]


def named(days: Sequence[date]) -> list[date]:
    """The days that a list offers, newest first: the newest ones, then the last of each month."""
    near = set(days[-NEAR:])
    last = {(each.year, each.month): each for each in days}
    return sorted({*near, *last.values()}, reverse=True)


def beside(days: Sequence[date], day: date) -> tuple[date | None, date | None]:
    """The stops before and after a day by months; None where there is none."""
    last = sorted({(each.year, each.month): each for each in days}.values())
    earlier = [each for each in last if (each.year, each.month) < (day.year, day.month)]
    later = [each for each in last if each > day]
    return (earlier[-1] if earlier else None, later[0] if later else None)


def powers(least: float | None, most: float | None) -> tuple[float, float]:
    """The powers of ten between which amounts lie."""
    low = max(LEAST_POWER, math.floor(math.log10(least))) if least and least > 0 else LEAST_POWER
    high = math.ceil(math.log10(most)) if most and most > 0 else low + 1
    return float(low), float(max(low + 1, high))
