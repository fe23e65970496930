"""Shares of a few, drawn towards what is usual: a unit with two projects is not yet a good or a bad one."""

from dataclasses import dataclass

from scipy.special import betaincinv

# How many projects the usual share is worth: with ten of its own, a unit counts as much as all others.
WORTH = 10
LEVEL = 0.90
# A usual share of 0 or 1 would rule out what nobody has seen yet.
LEAST, MOST = 0.001, 0.999


@dataclass(frozen=True, slots=True)
class Share:
    """A share of n, with the interval in which it lies 90 times of 100."""

    did: int
    n: int
    mean: float
    low: float
    high: float


def shrink(did: int, n: int, usual: float, worth: float = WORTH) -> Share:
    """The share of n that did so, with a Beta prior of mean `usual` and the weight of `worth` projects."""
    if not 0 <= did <= n:
        raise ValueError(f"{did} of {n} is no share.")
    usual = min(MOST, max(LEAST, usual))
    a, b = worth * usual + did, worth * (1 - usual) + n - did
    tail = (1 - LEVEL) / 2
    return Share(did, n, a / (a + b), float(betaincinv(a, b, tail)), float(betaincinv(a, b, 1 - tail)))
