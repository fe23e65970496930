"""What is made of the measured times: percentiles, rates and ratios."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.client import Sample


def percentile(seconds: Sequence[float], share: float) -> float:
    """The smallest measured value that at least this share of all values does not exceed (nearest rank)."""
    if not seconds:
        raise ValueError("Nothing was measured.")
    ordered = sorted(seconds)
    return ordered[max(math.ceil(share * len(ordered)), 1) - 1]


@dataclass(frozen=True)
class Timing:
    """One side of one row: milliseconds per answer, and answers per second."""

    p50: float
    p95: float
    p99: float
    rate: float
    answers: int


def timing(samples: Iterable[Sample]) -> Timing:
    """The figures of all rounds together."""
    rounds = list(samples)
    seconds = [each for one in rounds for each in one.seconds]
    p50, p95, p99 = (1000 * percentile(seconds, share) for share in (0.50, 0.95, 0.99))
    return Timing(p50, p95, p99, len(seconds) / sum(one.lasted for one in rounds), len(seconds))


@dataclass(frozen=True)
class Compared:
    """Product and floor side by side, measured in turns; a ratio of 1 would be as quick as the floor."""

    name: str
    clients: int
    product: Timing
    floor: Timing
    statements: int
    bar: float | None = None  # of the median answer to one client, in milliseconds

    @property
    def ratio(self) -> float:
        """How many times longer the product's median answer takes."""
        return self.product.p50 / self.floor.p50

    @property
    def rate_ratio(self) -> float:
        """How many times more answers per second the floor gives."""
        return self.floor.rate / self.product.rate
