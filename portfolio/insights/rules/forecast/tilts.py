"""One factor for a project, so that its forecast reaches production as often as its score says.

In every stage the odds of a stop against everything else are multiplied by the same factor. The chance of
reaching production falls as the factor rises, so halving an interval finds it; all projects at once.
"""

import numpy as np
from numpy.typing import NDArray

from portfolio.insights.rules.forecast.laws import Ends

# After so many returns a project is not sent back again (domain).
MOST_LOOPS = 5
# The share that is stopped in each stage where nobody ever was, so that there is something to tilt (domain).
UNSEEN_STOP = 0.02
# Factors beyond these change no chance that six decimals could show.
LEAST, MOST = 1e-12, 1e12
# Halvings, in logarithms: 24 powers of ten to a 1e-16th of one.
HALVINGS = 60
Floats = NDArray[np.float64]


class Way:
    """What the stages before production do to those who enter them, and where each project stands there."""

    def __init__(
        self, fresh: list[Ends], places: list[int], first: list[Ends], at: NDArray[np.int64]
    ) -> None:
        """`at` says which stage of this way each standard stage is."""
        self.places = np.array(places)
        here, stages, projects = np.arange(len(places)), len(fresh), len(places)
        self.stops = np.repeat(np.array([ends.stop for ends in fresh])[:, None], projects, axis=1)
        self.backs = np.zeros((stages, stages))
        for stage, ends in enumerate(fresh):
            np.add.at(self.backs[stage], np.minimum(at, stage), ends.back)
        self.first_stops = np.array([ends.stop for ends in first])
        self.first_backs = np.zeros((projects, stages))
        for project, ends in enumerate(first):
            np.add.at(self.first_backs[project], np.minimum(at, places[project]), ends.back)
        ahead = np.arange(stages)[:, None] > self.places
        unseen = (np.where(ahead, self.stops, 0).max(axis=0) == 0) & (self.first_stops == 0)
        self.stops[:, here[unseen]] = UNSEEN_STOP
        self.first_stops[unseen] = UNSEEN_STOP

    def chances(self, factors: Floats) -> Floats:
        """Each project's chance of reaching production with these factors."""
        on = 1 - tilted(self.stops, factors)
        stages, projects = on.shape
        entering = np.ones((stages + 1, projects))
        for stage in reversed(range(stages)):
            entering[stage] = on[stage] * entering[stage + 1]
        for _ in range(MOST_LOOPS):
            returned, entering = entering, np.ones((stages + 1, projects))
            for stage in reversed(range(stages)):
                back = self.backs[stage]
                ahead = (1 - back.sum()) * entering[stage + 1]
                # Summed row by row: a product of matrices may round by how many projects there are.
                sent_back = (back[:, None] * returned[:-1]).sum(axis=0)
                entering[stage] = on[stage] * (ahead + sent_back)
        next_one = entering[self.places + 1, np.arange(projects)]
        ahead = (1 - self.first_backs.sum(axis=1)) * next_one
        sent_back = (self.first_backs * returned[:-1].T).sum(axis=1)
        return (1 - tilted(self.first_stops, factors)) * (ahead + sent_back)

    def factors(self, wanted: Floats) -> Floats:
        """The factor with which each project reaches production as often as wanted."""
        low, high = np.full(len(wanted), LEAST), np.full(len(wanted), MOST)
        for _ in range(HALVINGS):
            middle = np.sqrt(low * high)
            too_many = self.chances(middle) > wanted
            low, high = np.where(too_many, middle, low), np.where(too_many, high, middle)
        return np.sqrt(low * high)


def tilted(stop: Floats, factor: Floats) -> Floats:
    """A probability of a stop whose odds are multiplied by a factor."""
    return factor * stop / (1 - stop + factor * stop)
