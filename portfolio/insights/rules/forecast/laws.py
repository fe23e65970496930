"""How a stage is left and after how many days: history where there is enough, else what is usual.

With n stays that ended, the history speaks with probability n/(n + 10), what is usual otherwise. History
means the jumps of the Aalen-Johansen curves; what is left of them when the longest known stay still went
on is an exponential tail. What is usual is a log-normal through the workflow's P50 and P85, and it ends in
an advance. For a project that has been in its stage for a while both are taken given that it is still there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtri_exp

from projects.rules import incidences
from projects.rules.stages import STANDARD_STAGES, TypicalDays
from projects.rules.survivals import Stay

# Exits that weigh as much as the usual days (domain, thin data).
THIN = 10
# Where an end leads: out of the portfolio, to the next stage, or back to the standard stage of this order.
STOP, ADVANCE = -2, -1
# Days of what ends so late that nobody can say when: live some day, on no known one.
BEYOND = 1_000_000
# The tail is followed up to so many times the longest stay that was seen (domain).
TAIL_TIMES = 3
# Ends of a stay that has just begun: one on its first day counts, too.
FRESH = -1
# Points that stand for a smooth curve: 1/512 apart in probability, far below the noise of 10,000 runs.
POINTS = 256
# Entries of the table that runs draw from; its shares are right to 1/8192.
ENTRIES = 4_096
Z85 = 1.0364333894937898  # of the standard normal distribution
# Half and most leave on about the same day: even so, some take a little longer.
LEAST_SIGMA = 0.05
QUANTILES = (np.arange(POINTS) + 0.5) / POINTS
PICKS = (np.arange(ENTRIES) + 0.5) / ENTRIES


class Ends(NamedTuple):
    """The ways in which a stay may end: days still to go, where each leads, and its probability."""

    days: NDArray[np.float64]
    leads: NDArray[np.int8]
    mass: NDArray[np.float64]

    @property
    def stop(self) -> float:
        """The probability that the project is stopped here."""
        return float(self.mass[self.leads == STOP].sum())

    @property
    def back(self) -> NDArray[np.float64]:
        """Of those that are not stopped, the shares sent back to each standard stage."""
        found = np.zeros(len(STANDARD_STAGES))
        sent = self.leads >= 0
        np.add.at(found, self.leads[sent], self.mass[sent])
        left = 1 - self.stop
        return found / left if left > 0 else found


class Table(NamedTuple):
    """Equally likely ends of those that are not stopped, to draw from by an index."""

    days: NDArray[np.int32]
    leads: NDArray[np.int8]
    sends_back: bool


def table(ends: Ends) -> Table:
    """Ends as a table: each entry stands for the same share of what is not stopped."""
    going = ends.leads != STOP
    days, leads, reached = ends.days[going], ends.leads[going], np.cumsum(ends.mass[going])
    if not len(days) or reached[-1] <= 0:  # all are stopped here, so nothing is ever drawn
        return Table(np.zeros(ENTRIES, np.int32), np.full(ENTRIES, ADVANCE, np.int8), sends_back=False)
    picked = np.minimum(np.searchsorted(reached / reached[-1], PICKS), len(days) - 1)
    return Table(days[picked].astype(np.int32), leads[picked], bool((leads[picked] >= 0).any()))


@dataclass(frozen=True)
class Law:
    """How one standard stage is left in one portfolio."""

    stage: str
    stays: tuple[Stay, ...]
    returns: tuple[str, ...]  # where those went who were sent back
    usual: TypicalDays
    thin: int = THIN

    @cached_property
    def exits(self) -> int:
        """How many stays have ended by a decision."""
        return sum(stay.is_over for stay in self.stays)

    @property
    def is_thin(self) -> bool:
        """Whether what is usual says more than what happened."""
        return self.exits < self.thin

    @cached_property
    def fresh(self) -> Ends:
        """How a stay ends that has just begun."""
        return self.ends(FRESH)

    def ends(self, elapsed: int) -> Ends:
        """How a stay ends that has lasted so many days (FRESH: it begins now)."""
        weight = self.exits / (self.exits + self.thin) if self.exits else 0.0
        parts = [_scaled(part, weight) for part in self._known(elapsed)] if weight else []
        if weight < 1:
            parts.append(_scaled(_usual(self.usual, max(elapsed, 0)), 1 - weight))
        return Ends(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def _known(self, elapsed: int) -> list[Ends]:
        """What history says: jumps after these days, and the tail of what it did not see the end of."""
        before = incidences.lasting_after(self._curve, elapsed)
        if before <= 0:  # older than all that ever ended here
            return [self._tail(elapsed, elapsed, 1.0)]
        later = self._jumps.days > elapsed
        jumps = Ends(
            self._jumps.days[later] - max(elapsed, 0),
            self._jumps.leads[later],
            self._jumps.mass[later] / before,
        )
        left = self._curve[-1].lasting
        return (
            [jumps, self._tail(max(self._longest, elapsed), elapsed, left / before)] if left > 0 else [jumps]
        )

    @cached_property
    def _curve(self) -> tuple[incidences.Step, ...]:
        return incidences.curve(self.stays)

    @cached_property
    def _longest(self) -> int:
        return max(stay.days for stay in self.stays)

    @cached_property
    def _jumps(self) -> Ends:
        rows = [
            (step.days, lead, jump * share)
            for step in self._curve
            for cause, jump in sorted(step.jumps.items())
            if jump > 0
            for lead, share in self._leads[cause]
        ]
        days, leads, mass = zip(*rows, strict=True)
        return Ends(np.array(days, float), np.array(leads, np.int8), np.array(mass, float))

    @cached_property
    def _leads(self) -> Mapping[str, Sequence[tuple[int, float]]]:
        """Where each cause leads; back, to where it led before, else to the stage before."""
        order = STANDARD_STAGES.index
        back = sorted(order(stage) for stage in self.returns) or [max(order(self.stage) - 1, 0)]
        sent = [(place, back.count(place) / len(back)) for place in sorted(set(back))]
        return {"advance": [(ADVANCE, 1.0)], "stop": [(STOP, 1.0)], "back": sent}

    @cached_property
    def _rate(self) -> float:
        """Ends a day in the last quarter of what was seen; half a one where there was none."""
        since = 0.75 * self._longest
        ended = sum(stay.is_over and stay.days > since for stay in self.stays)
        exposure = sum(max(stay.days - since, 0) for stay in self.stays)
        return max(ended, 0.5) / max(exposure, 1)

    def _tail(self, start: int, elapsed: int, mass: float) -> Ends:
        """An exponential tail; what ends there, ends as all known stays together did."""
        days = start + np.ceil(-np.log1p(-QUANTILES) / self._rate)
        to_go = np.where(days > TAIL_TIMES * max(self._longest, 1), BEYOND, days - max(elapsed, 0))
        ended = 1 - self._curve[-1].lasting
        parts = [
            (lead, share * self._curve[-1].shares[cause] / ended)
            for cause in sorted(self._curve[-1].shares)
            for lead, share in self._leads[cause]
        ]
        return Ends(
            np.tile(to_go, len(parts)),
            np.repeat(np.array([lead for lead, _ in parts], np.int8), POINTS),
            np.repeat([mass * share / POINTS for _, share in parts], POINTS),
        )


def _usual(usual: TypicalDays, elapsed: int) -> Ends:
    """The log-normal through P50 and P85, given that it lasts longer than the days so far.

    In logarithms, so that it holds for a project that is older than anybody would expect.
    """
    sigma = max(log(usual.p85 / usual.p50) / Z85, LEAST_SIGMA)
    reached = (log(elapsed) - log(usual.p50)) / sigma if elapsed else -np.inf
    z = -ndtri_exp(np.log1p(-QUANTILES) + log_ndtr(-reached))
    days = np.ceil(np.exp(log(usual.p50) + sigma * z) - elapsed)
    days = np.clip(days, 1, BEYOND)
    return Ends(days, np.full(POINTS, ADVANCE, np.int8), np.full(POINTS, 1 / POINTS))


def _scaled(ends: Ends, weight: float) -> Ends:
    return Ends(ends.days, ends.leads, ends.mass * weight)


def of(
    stage: str,
    stays: Iterable[Stay],
    returns: Iterable[str],
    usual: TypicalDays,
    *,
    thin: int = THIN,
) -> Law:
    """The law of a stage; the order of its stays does not matter."""
    return Law(stage, tuple(sorted(stays)), tuple(sorted(returns)), usual, thin)
