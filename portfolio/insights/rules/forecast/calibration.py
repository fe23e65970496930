"""How well chances and days that were forecast agreed with what came: Brier, Murphy, Wilson, pinball."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import log, sqrt
from statistics import NormalDist
from typing import NamedTuple

# Fewer ended projects say more about luck than about forecasts.
ENOUGH = 20
BINS = 5
# A forecast of 0 or 1 that fails would be punished without end.
LEAST, MOST = 0.001, 0.999
DAYS = {"p50": 0.50, "p80": 0.80, "p95": 0.95}


class Judged(NamedTuple):
    """A chance that was forecast, what came of it, and what it was about: those of one hang together."""

    p: float
    came: bool
    of: Hashable = None


class Launch(NamedTuple):
    """Days from a forecast to the launch, and to the days that it gave for it; `of` as in Judged."""

    after: int
    p50: int
    p80: int
    p95: int
    of: Hashable = None


class Interval(NamedTuple):
    """Between which shares the true one lies, 95 times of 100."""

    low: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts of about the same chance: what they said on average, and how often it came."""

    low: float
    high: float
    n: int
    projects: int
    said: float | None
    came: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """How good chances were; `brier` = reliability - resolution + uncertainty, but for rounding to 0.01."""

    n: int
    projects: int
    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    skill: float | None
    log_loss: float
    ece: float
    rate: float
    bins: tuple[Bin, ...]

    @property
    def is_enough(self) -> bool:
        """Whether there is enough to judge by."""
        return self.projects >= ENOUGH


def judge(rows: Iterable[Judged]) -> Calibration | None:
    """How good these forecasts were; None where there are none.

    Brier 1950; its split by Murphy 1973, over forecasts that are equal when rounded to 0.01; skill
    against always saying the rate, None where all ended alike; ECE: mean gap of the bins by their size.
    """
    rows = tuple(rows)
    if not rows:
        return None
    n = len(rows)
    brier = sum((row.p - row.came) ** 2 for row in rows) / n
    rate = sum(row.came for row in rows) / n
    reliability, resolution = _split(rows, rate)
    uncertainty = rate * (1 - rate)
    bins = _bins(rows)
    return Calibration(
        n=n,
        projects=_number_of_projects(rows),
        brier=brier,
        reliability=reliability,
        resolution=resolution,
        uncertainty=uncertainty,
        skill=1 - brier / uncertainty if uncertainty else None,
        log_loss=-sum(log(_said_of(row)) for row in rows) / n,
        ece=_ece(bins, n),
        rate=rate,
        bins=bins,
    )


def wilson(share: float, n: float, level: float = 0.95) -> Interval | None:
    """The interval of a share of n (Wilson 1927): it never leaves 0 to 1; None of nothing."""
    if n <= 0:
        return None
    z = NormalDist().inv_cdf(0.5 + level / 2)
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def _split(rows: Sequence[Judged], rate: float) -> tuple[float, float]:
    """Reliability (less is better) and resolution (more is better)."""
    groups = defaultdict(list)
    for row in rows:
        groups[round(row.p, 2)].append(row.came)
    reliability = resolution = 0.0
    for said, came in groups.items():
        share = sum(came) / len(came)
        reliability += len(came) * (said - share) ** 2
        resolution += len(came) * (share - rate) ** 2
    return reliability / len(rows), resolution / len(rows)


def _said_of(row: Judged) -> float:
    """The chance that was given to what came."""
    p = min(MOST, max(LEAST, row.p))
    return p if row.came else 1 - p


def _bins(rows: Sequence[Judged]) -> tuple[Bin, ...]:
    parts: list[list[Judged]] = [[] for _ in range(BINS)]
    for row in rows:
        parts[min(int(row.p * BINS), BINS - 1)].append(row)
    return tuple(_bin(place / BINS, (place + 1) / BINS, part) for place, part in enumerate(parts))


def _bin(low: float, high: float, rows: Sequence[Judged]) -> Bin:
    if not rows:
        return Bin(low, high, 0, 0, None, None, None)
    said = sum(row.p for row in rows) / len(rows)
    came = sum(row.came for row in rows) / len(rows)
    projects = _number_of_projects(rows)
    # Ten forecasts of one project are one experience, so the interval counts projects.
    return Bin(low, high, len(rows), projects, said, came, wilson(came, projects))


def _ece(bins: Iterable[Bin], n: int) -> float:
    """The expected calibration error."""
    gaps = ((one.n, one.said, one.came) for one in bins)
    return (
        sum(size * abs(said - came) for size, said, came in gaps if said is not None and came is not None) / n
    )


def _number_of_projects(rows: Iterable[Judged | Launch]) -> int:
    """How many things they were about; those about nothing in particular count each."""
    return len({row.of for row in rows if row.of is not None}) + sum(row.of is None for row in rows)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of one of the days: the share of launches until then, which should be `expected`."""

    name: str
    expected: float
    share: float
    interval: Interval | None
    pinball: float  # in days


@dataclass(frozen=True, slots=True)
class Days:
    """How good the days were that forecasts gave for launches."""

    n: int
    projects: int
    pinball: float
    coverages: tuple[Coverage, ...]

    @property
    def is_enough(self) -> bool:
        return self.projects >= ENOUGH


def judge_days(launches: Iterable[Launch]) -> Days | None:
    """How good the days were; None where nothing was launched. Pinball loss: Koenker and Bassett 1978."""
    launches = tuple(launches)
    if not launches:
        return None
    projects = _number_of_projects(launches)
    coverages = tuple(_coverage(name, launches, projects) for name in DAYS)
    mean = sum(one.pinball for one in coverages) / len(coverages)
    return Days(len(launches), projects, mean, coverages)


def _coverage(name: str, launches: Sequence[Launch], projects: int) -> Coverage:
    expected = DAYS[name]
    late = [one.after - getattr(one, name) for one in launches]
    share = sum(days <= 0 for days in late) / len(late)
    loss = sum(max(expected * days, (expected - 1) * days) for days in late) / len(late)
    return Coverage(name, expected, share, wilson(share, projects), loss)
