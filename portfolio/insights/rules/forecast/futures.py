"""The future of a whole portfolio, run many times: when each project is live, and how many are by when.

What projects share stretches their times together: in each run, one factor for every shared blocker and for
every owner of several projects, log-normal around 1. The same seed gives the same numbers, whatever the
order of the projects and whoever else is among them: each draws from a stream of its own.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from portfolio.insights.rules.forecast import laws, tilts, walks
from portfolio.insights.rules.forecast.laws import BEYOND, Law, Table
from portfolio.insights.rules.forecast.walks import Journey, Stage
from projects.rules.stages import STANDARD_STAGES

RUNS = 10_000
# Standard deviation of the logarithm of a shared factor (domain, our choice).
SIGMA = 0.2
# Nobody plans for a day a century ahead.
LONGEST = 36_500
YEAR = 365
SHARES = (0.05, 0.5, 0.8, 0.95)
# Projects that are prepared together; what a run of all needs in memory does not grow with their number.
CHUNK = 500
# Factors kept at hand, 40 kB each.
KEPT_FACTORS = 256


@dataclass(frozen=True, slots=True)
class Walker:
    """A project on its way: its stages before production in order, where it is, and for how long."""

    key: str
    way: tuple[Law, ...]
    place: int
    elapsed: int
    p: float  # of reaching production, at any time
    delay: int = 0  # days until it goes on, where it is on hold
    shares: tuple[str, ...] = ()  # what it shares with others
    committed: int | None = None  # days until it is promised to be live


class Outlook(NamedTuple):
    """What is to be expected of one project; days are given that it launches, None: nobody can say."""

    p: float
    launched: float  # the share of runs that launched, on whatever day: p but for chance
    p_within_year: float
    p_on_time: float | None
    p05: int | None
    p50: int | None
    p80: int | None
    p95: int | None
    chances: tuple[float, ...]  # that it is live by each of the days that were asked for


@dataclass(frozen=True, slots=True)
class Future:
    """Outlooks by key, and the number of launches by each day: rows are runs, columns the days asked for."""

    outlooks: Mapping[str, Outlook]
    live: NDArray[np.int32]


def run(
    walkers: Sequence[Walker],
    days: Sequence[int],
    *,
    seed: int,
    runs: int = RUNS,
    alive: Callable[[], None] = lambda: None,
) -> Future:
    """Walk every project's way; `days` are those by which the live ones are counted, in order.

    `alive` is called every few seconds, for whoever waits for the end of it.
    """
    counted = _Counted(days, runs)
    shocks = _Shocks(seed, runs)
    outlooks: dict[str, Outlook] = {}
    for walker, journey in _prepared(walkers):
        if len(outlooks) % CHUNK == 0:
            alive()
        arrived = walks.walk(journey, runs, stream(seed, "project", walker.key))
        took = shocks.stretched(arrived, walker.shares) + walker.delay
        took[took > LONGEST] = BEYOND
        chances = counted.add(arrived.numbers, took)
        outlooks[walker.key] = _outlook(walker, took, chances, runs)
    return Future(outlooks, counted.live())


def stream(seed: int, *names: str) -> np.random.Generator:
    """A stream of random numbers of its own for a name."""
    digest = hashlib.sha256("\n".join(names).encode()).digest()
    entropy = [seed, *np.frombuffer(digest, dtype="<u4").tolist()]
    return np.random.Generator(np.random.PCG64DXSM(np.random.SeedSequence(entropy)))


def _prepared(walkers: Sequence[Walker]) -> Iterator[tuple[Walker, Journey]]:
    """Each project with its way, tilted; those of one way are tilted together."""
    by_way: dict[tuple[int, ...], list[Walker]] = defaultdict(list)
    for walker in walkers:
        by_way[tuple(id(law) for law in walker.way)].append(walker)
    for found in by_way.values():
        way = found[0].way
        at = places(way)
        tables = [laws.table(law.fresh) for law in way]
        for start in range(0, len(found), CHUNK):
            yield from _tilted(found[start : start + CHUNK], way, tables, at)


def _tilted(
    walkers: Sequence[Walker], way: Sequence[Law], tables: Sequence[Table], at: NDArray[np.int64]
) -> Iterator[tuple[Walker, Journey]]:
    first = [way[walker.place].ends(walker.elapsed) for walker in walkers]
    tilting = tilts.Way([law.fresh for law in way], [walker.place for walker in walkers], first, at)
    factors = tilting.factors(np.array([walker.p for walker in walkers]))
    stops = tilts.tilted(tilting.stops, factors)
    first_stops = tilts.tilted(tilting.first_stops, factors)
    for number, walker in enumerate(walkers):
        stages = [Stage(stop, entries) for stop, entries in zip(stops[:, number], tables, strict=True)]
        present = Stage(first_stops[number], laws.table(first[number]))
        yield walker, Journey(stages, present, walker.place, at)


def places(way: Sequence[Law]) -> NDArray[np.int64]:
    """Which stage of a way each standard stage is; one that it lacks is the last one before it."""
    orders = [STANDARD_STAGES.index(law.stage) for law in way]
    found = np.searchsorted(orders, np.arange(len(STANDARD_STAGES)), side="right") - 1
    return np.maximum(found, 0)


class _Counted:
    """How many are live by each day, in every run."""

    def __init__(self, days: Sequence[int], runs: int) -> None:
        self.days = days
        # The place of each day among those asked for; whoever takes longer is counted by none of them.
        self._place = np.searchsorted(days, np.arange(days[-1] + 2)).astype(np.int32)
        self._launches = np.zeros((runs, len(days) + 1), np.int32)

    def add(self, numbers: NDArray[np.int32], took: NDArray[np.int32]) -> tuple[float, ...]:
        """Count a project's launches; the chances that it is live by each day."""
        at = self._place[np.minimum(took, self.days[-1] + 1)]
        self._launches[numbers, at] += 1  # each run is there once at most, so none is lost
        found = np.bincount(at, minlength=len(self.days) + 1)[:-1].cumsum()
        return tuple((found / len(self._launches)).tolist())

    def live(self) -> NDArray[np.int32]:
        return self._launches[:, :-1].cumsum(axis=1, dtype=np.int32)


class _Shocks:
    """The factors of what is shared: one for each run."""

    def __init__(self, seed: int, runs: int) -> None:
        def drawn(name: str) -> NDArray[np.float64]:
            return np.exp(SIGMA * stream(seed, "shared", name).standard_normal(runs))

        self._factor = lru_cache(KEPT_FACTORS)(drawn)

    def stretched(self, arrived: walks.Runs, shares: Sequence[str]) -> NDArray[np.int32]:
        """Days as they become by all that the project shares, in whole days."""
        if not shares:
            return arrived.days.copy()
        took = arrived.days.astype(float)
        for name in sorted(shares):
            took *= self._factor(name)[arrived.numbers]
        return np.minimum(np.ceil(took), BEYOND).astype(np.int32)


def _outlook(walker: Walker, took: NDArray[np.int32], chances: tuple[float, ...], runs: int) -> Outlook:
    def within(days: int) -> float:
        # A simulated share shakes a little; that it launches in time is never likelier than that it launches.
        return min(float((took <= days).sum() / runs), walker.p)

    within_year = within(YEAR)
    on_time = None if walker.committed is None else within(walker.committed)
    p05, p50, p80, p95 = _days(took)
    return Outlook(walker.p, len(took) / runs, within_year, on_time, p05, p50, p80, p95, chances)


def _days(took: NDArray[np.int32]) -> list[int | None]:
    """The first days by which these shares of the launches have happened."""
    if not len(took):
        return [None for _ in SHARES]
    ranks = [max(int(np.ceil(share * len(took))) - 1, 0) for share in SHARES]
    ordered = np.partition(took, ranks)
    return [int(ordered[rank]) if ordered[rank] < BEYOND else None for rank in ranks]
