"""How long things last when some are still going on (Kaplan and Meier 1958; Greenwood 1926)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import exp, log, sqrt
from statistics import NormalDist
from typing import NamedTuple

# A whole share is compared with a product of fractions, so a hair's breadth is allowed.
SLACK = 1e-9


class Stay(NamedTuple):
    """How many days something has lasted, and what ended it; an empty cause: it still goes on."""

    days: int
    cause: str = ""
    is_generated: bool = False

    @property
    def is_over(self) -> bool:
        return bool(self.cause)


class Step(NamedTuple):
    """A day on which something ended, how many had lasted until it, and the share that lasts longer."""

    days: int
    at_risk: int
    ended: int
    share: float
    variance: float | None  # Greenwood's; None where nothing lasts longer, for there it is not defined

    def interval(self, level: float = 0.95) -> tuple[float, float] | None:
        """Where the share lies with this confidence, on the log-log scale, so that it stays in 0 to 1.

        None where the variance is not defined.
        """
        if self.variance is None:
            return None
        z = NormalDist().inv_cdf((1 + level) / 2)
        width = exp(z * sqrt(self.variance) / (self.share * -log(self.share)))
        return self.share**width, self.share ** (1 / width)


def curve(stays: Iterable[Stay]) -> tuple[Step, ...]:
    """The share that lasts longer than each day on which one ended; open ones count while they last."""
    stays = tuple(stays)
    ended = Counter(stay.days for stay in stays if stay.is_over)
    lasted = Counter(stay.days for stay in stays)
    at_risk, share, greenwood, steps = len(stays), 1.0, 0.0, []
    for days in sorted(lasted):
        if over := ended[days]:
            left = at_risk - over
            share = share * left / at_risk
            greenwood += over / (at_risk * left) if left else 0.0
            steps.append(Step(days, at_risk, over, share, share**2 * greenwood if left else None))
        at_risk -= lasted[days]
    return tuple(steps)


def share_after(steps: Sequence[Step], days: int) -> float:
    """The share that lasts longer than so many days."""
    return next((step.share for step in reversed(steps) if step.days <= days), 1.0)


def quantile(stays: Iterable[Stay], share: float) -> int | None:
    """The day by which this share is over; None while too much is still open to tell."""
    return next((step.days for step in curve(stays) if step.share <= 1 - share + SLACK), None)


def median(stays: Iterable[Stay]) -> int | None:
    """The day by which half are over; None while too many are still open to tell."""
    return quantile(stays, 0.5)
