"""The way of one project to production, walked many times: how often it gets there, and on which days.

Each stage that is entered ends in a stop, in the next stage, or in an earlier one; the runs that are sent
back walk on from there, at most five times, after which whoever would be sent back goes on.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from portfolio.insights.rules.forecast.laws import ENTRIES, Table
from portfolio.insights.rules.forecast.tilts import MOST_LOOPS


class Stage(NamedTuple):
    """What a run meets in a stage: how likely it is stopped, and the table of how it ends otherwise."""

    stop: float
    table: Table


class Journey(NamedTuple):
    """The stages before production, as they look to whoever enters them, and where the project is.

    `first` is its present stage as it looks after the days already spent there; `at` says which of the
    stages each standard stage is.
    """

    stages: Sequence[Stage]
    first: Stage
    place: int
    at: NDArray[np.int64]


class Runs(NamedTuple):
    """Runs by their numbers, and the days that each has walked."""

    numbers: NDArray[np.int32]
    days: NDArray[np.int32]


def walk(journey: Journey, runs: int, random: np.random.Generator) -> Runs:
    """The runs that reach production, each with its days to there."""
    waiting = {journey.place: [Runs(np.arange(runs, dtype=np.int32), np.zeros(runs, np.int32))]}
    arrived = []
    for loop in range(MOST_LOOPS + 1):
        sent_back: dict[int, list[Runs]] = defaultdict(list)
        going: list[Runs] = []
        for here in range(min(waiting), len(journey.stages)):
            going = [_joined([*going, *waiting.get(here, [])])]
            is_first = loop == 0 and here == journey.place
            stage = journey.first if is_first else journey.stages[here]
            stayed, leads = _step(going[0], stage, random)
            if stage.table.sends_back and loop < MOST_LOOPS:
                stayed = _send_back(stayed, leads, np.minimum(journey.at, here), sent_back)
            going = [stayed]
        arrived += going
        waiting = sent_back
        if not waiting:
            break
    return _joined(arrived)


def _step(runs: Runs, stage: Stage, random: np.random.Generator) -> tuple[Runs, NDArray[np.int8]]:
    """The runs that are not stopped in this stage, with its days, and where each leads.

    One random number does for both: what is left of it above the chance of a stop picks the entry.
    """
    drawn = random.random(len(runs.numbers), dtype=np.float32)
    stop = np.float32(stage.stop)
    (kept,) = (drawn >= stop).nonzero()
    if stop >= 1 or not len(kept):
        return Runs(runs.numbers[:0], runs.days[:0]), stage.table.leads[:0]
    drawn = drawn.take(kept)
    drawn -= stop
    drawn *= np.float32(ENTRIES / (1 - stop))
    entry = drawn.astype(np.intp)
    # Rounding may take the last of them one too far.
    days = stage.table.days.take(entry, mode="clip")
    days += runs.days.take(kept)
    return Runs(runs.numbers.take(kept), days), stage.table.leads.take(entry, mode="clip")


def _send_back(
    runs: Runs, leads: NDArray[np.int8], at: NDArray[np.int64], sent_back: dict[int, list[Runs]]
) -> Runs:
    """Put aside those who are sent back, by the stage that they are sent to; gives those who go on."""
    back = leads >= 0
    (sent,) = back.nonzero()
    if not len(sent):
        return runs
    places = at.take(leads.take(sent))
    for place in np.bincount(places).nonzero()[0].tolist():
        there = sent[places == place]
        sent_back[place].append(Runs(runs.numbers.take(there), runs.days.take(there)))
    (onward,) = (~back).nonzero()
    return Runs(runs.numbers.take(onward), runs.days.take(onward))


def _joined(parts: Sequence[Runs]) -> Runs:
    if len(parts) == 1:
        return parts[0]
    return Runs(
        np.concatenate([part.numbers for part in parts]), np.concatenate([part.days for part in parts])
    )
