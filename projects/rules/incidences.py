"""Which of several ends comes first, and when: cumulative incidences (Aalen and Johansen 1978).

One curve for each cause, and what still lasts: together they are 1 on every day. A Kaplan-Meier curve of
one cause that takes the others for open would promise more than all of them together can keep.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from projects.rules import survivals
from projects.rules.survivals import Stay


class Step(NamedTuple):
    """A day on which something ended: the share that still lasts after it, and what came of the others."""

    days: int
    lasting: float
    jumps: Mapping[str, float]  # cause -> the share that ended of it on this very day
    shares: Mapping[str, float]  # cause -> the share that has ended of it until this day


def curve(stays: Iterable[Stay]) -> tuple[Step, ...]:
    """The shares that have ended of each cause, day by day; every cause is in every step."""
    stays = tuple(stays)
    ended = Counter((stay.days, stay.cause) for stay in stays if stay.is_over)
    causes = sorted({cause for _, cause in ended})
    shares, before, steps = dict.fromkeys(causes, 0.0), 1.0, []
    for step in survivals.curve(stays):
        jumps = {cause: before * ended[step.days, cause] / step.at_risk for cause in causes}
        shares = {cause: shares[cause] + jumps[cause] for cause in causes}
        before = step.share
        steps.append(Step(step.days, step.share, jumps, shares))
    return tuple(steps)


def share_by(steps: Sequence[Step], cause: str, days: int) -> float:
    """The share that has ended of this cause within so many days."""
    return next((step.shares.get(cause, 0.0) for step in reversed(steps) if step.days <= days), 0.0)


def lasting_after(steps: Sequence[Step], days: int) -> float:
    """The share that lasts longer than so many days."""
    return next((step.lasting for step in reversed(steps) if step.days <= days), 1.0)


def final_share(steps: Sequence[Step], cause: str) -> float:
    """The share that has ended of this cause when all is told that is known."""
    return steps[-1].shares.get(cause, 0.0) if steps else 0.0
