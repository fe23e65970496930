"""A forecast of many projects, beside the bare drawing of as many random numbers.

`python -m bench.forecasts` walks 2,000 invented projects 10,000 times each, and prints the median of some
rounds with its floor, the numbers drawn, and the most memory that it took. No database is needed.
"""

import argparse
import random
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from portfolio.insights.rules.forecast import futures, laws
from portfolio.insights.rules.forecast.futures import Walker
from projects.rules import presets
from projects.rules.stages import STANDARD_STAGES
from projects.rules.survivals import Stay

SEED = 20261121
ROUNDS = 3
# Stays of each stage that the laws are made of: a portfolio with some years behind it.
STAYS = 400
CAUSES, SHARES = ("advance", "back", "stop", ""), (60, 8, 12, 20)
DAYS = [0, *range(30, 550, 30), 1_095]


class Took(NamedTuple):
    """Seconds by the clock, and those that this process itself computed: other programs share the machine."""

    clock: float
    busy: float


def way(rng: random.Random) -> tuple[laws.Law, ...]:
    """The stages of the shipped workflow, each with an invented history around its usual days."""
    found = []
    for stage in presets.workflow(presets.DEFAULT).stages:
        if stage.typical_days is None:
            continue
        middle = stage.typical_days.p50
        stays = [
            Stay(int(middle * rng.lognormvariate(0, 0.6)) + 1, rng.choices(CAUSES, SHARES)[0])
            for _ in range(STAYS)
        ]
        before = STANDARD_STAGES[: stage.order] or STANDARD_STAGES[:1]
        found.append(laws.of(stage.standard, stays, [before[-1]], stage.typical_days))
    return tuple(found)


def walkers(number: int) -> list[Walker]:
    """Projects in every stage, for some days already, with an owner for each ten of them."""
    rng = random.Random(SEED)
    stages = way(rng)
    return [
        Walker(
            key=f"BEN-{each}",
            way=stages,
            place=rng.randrange(len(stages)),
            elapsed=rng.randrange(200),
            p=rng.uniform(0.05, 0.95),
            shares=(f"owner:{each // 10}",),
            committed=200,
        )
        for each in range(number)
    ]


class _Counting:
    """A stream that counts what is drawn from it."""

    def __init__(self, stream: np.random.Generator, counts: list[int]) -> None:
        self._stream, self._counts = stream, counts

    def random(self, size: int, dtype: Any) -> Any:
        self._counts[0] += size
        return self._stream.random(size, dtype=dtype)

    def standard_normal(self, size: int) -> Any:
        self._counts[0] += size
        return self._stream.standard_normal(size)


def drawn(found: list[Walker], runs: int) -> int:
    """How many random numbers a forecast draws."""
    counts = [0]
    with _replaced(lambda *given: _Counting(plain(*given), counts)) as plain:
        futures.run(found, DAYS, seed=SEED, runs=runs)
    return counts[0]


@contextmanager
def _replaced(stream: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    plain: Callable[..., Any] = futures.stream
    futures.stream = stream
    try:
        yield plain
    finally:
        futures.stream = plain


def _timed(work: Callable[[], Any]) -> Took:
    began, busy = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - began, time.process_time() - busy)


def _floor(numbers: int, runs: int) -> None:
    """As many random numbers, as many at a time, and nothing done with them."""
    stream = futures.stream(SEED, "floor")
    for _ in range(numbers // runs):
        stream.random(runs, dtype=np.float32)


def main() -> None:
    """Invent the projects and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--projects", type=int, default=2_000)
    parser.add_argument("--runs", type=int, default=futures.RUNS)
    given = parser.parse_args()
    found = walkers(given.projects)
    numbers = drawn(found, given.runs)
    product, floor = [], []
    for _ in range(ROUNDS):
        product.append(_timed(lambda: futures.run(found, DAYS, seed=SEED, runs=given.runs)))
        floor.append(_timed(lambda: _floor(numbers, given.runs)))
    clock, busy = (statistics.median(values) for values in zip(*product, strict=True))
    bare, bare_busy = (statistics.median(values) for values in zip(*floor, strict=True))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{given.projects:,} projects x {given.runs:,} runs: "
        f"{clock:.2f} s (best {min(product).clock:.2f} s), "
        f"{busy:.2f} s of them computing; {numbers / 1e6:.1f} million numbers drawn, floor {bare:.2f} s, "
        f"{bare_busy:.2f} s computing; ratio {clock / bare:.1f}, computing {busy / bare_busy:.1f}; "
        f"{most:.0f} MiB at most"
    )


if __name__ == "__main__":
    main()
