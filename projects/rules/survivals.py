"""How long things last when some are still going on (Kaplan and Meier 1958)."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple


class Stay(NamedTuple):
    """How many days something has lasted, and whether it is over."""

    days: int
    is_over: bool


class Step(NamedTuple):
    """A day on which something ended, and the share that lasts longer."""

    days: int
    share: float


def curve(stays: Iterable[Stay]) -> tuple[Step, ...]:
    """The share that lasts longer than each day on which one ended; open ones count while they last."""
    stays = tuple(stays)
    ended = Counter(stay.days for stay in stays if stay.is_over)
    lasted = Counter(stay.days for stay in stays)
    at_risk, share, steps = len(stays), 1.0, []
    for days in sorted(lasted):
        if ended[days]:
            share *= 1 - ended[days] / at_risk
            steps.append(Step(days, share))
        at_risk -= lasted[days]
    return tuple(steps)


def quantile(stays: Iterable[Stay], share: float) -> int | None:
    """The day by which this share is over; None while too much is still open to tell."""
    # A whole share is compared with a product of fractions, so a hair's breadth is allowed.
    return next((step.days for step in curve(stays) if step.share <= 1 - share + 1e-9), None)


def median(stays: Iterable[Stay]) -> int | None:
    """The day by which half are over; None while too many are still open to tell."""
    return quantile(stays, 0.5)
