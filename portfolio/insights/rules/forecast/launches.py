"""How many of several projects reach production, exactly: the Poisson-binomial distribution.

Each project launches with its own chance, independently of the others; the counts' chances are the
convolution of the projects' own (Wang 1993). Forecasts with shared shocks are wider.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

# A sum of thousands of products may miss a whole share by a hair.
SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Distribution:
    """A number of launches: its mean, its variance, and the chance of each number from 0 on."""

    mean: float
    variance: float
    pmf: tuple[float, ...]

    def quantile(self, share: float) -> int:
        """The smallest number that is not exceeded with at least this chance (0 to 1)."""
        reached = np.cumsum(self.pmf) >= share - SLACK
        return int(np.argmax(reached)) if reached.any() else len(self.pmf) - 1


def exact(chances: Iterable[float]) -> Distribution:
    """The distribution of the number of launches among projects with these chances (each 0 to 1)."""
    each = np.clip(np.fromiter(chances, dtype=float), 0.0, 1.0)
    pmf = np.zeros(len(each) + 1)
    pmf[0] = 1.0
    for number, chance in enumerate(each, 1):
        pmf[1 : number + 1] = pmf[1 : number + 1] * (1 - chance) + pmf[:number] * chance
        pmf[0] *= 1 - chance
    mean, variance = each.sum(), (each * (1 - each)).sum()
    return Distribution(float(mean), float(variance), tuple(pmf.tolist()))
