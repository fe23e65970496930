"""Closed projects that never were, drawn honestly: by the stage table and the ladder of conversion.

A project keeps its risk all its life and goes on from a stage with p(stage) / p(next stage), so the chance
that was said of it at any time is the one by which it was drawn: a calibration of them must find them true.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from statistics import NormalDist

from projects.rules.stages import STANDARD_STAGES, TypicalDays

SEED = 20261121
PRODUCTION = STANDARD_STAGES[-1]
# Of those that come through a stage from Data readiness on, so many are sent back once before.
BACK = 0.08
# Of those that are launched: switched off within weeks, retired after a longer life; the others live on.
OFF, RETIRED = 0.25, 0.25
# What decides that a project is stopped, by how far it has come (weights; the sixth: no pitfall at all).
CAUSES = ("P1", "P2", "P3", "P4", "P5", "")
WEIGHTS = {
    "idea": (5, 1, 0, 0, 2, 3),
    "framing": (5, 2, 0, 0, 3, 2),
    "data": (1, 6, 0, 0, 3, 1),
    "poc": (2, 4, 2, 2, 2, 1),
    "mvp": (1, 2, 4, 2, 4, 1),
    "validation": (0, 2, 3, 4, 3, 1),
    "pilot": (1, 0, 2, 5, 4, 1),
    "production": (0, 1, 2, 4, 3, 0),
}
# Runs of the chances and days that a forecast says; enough for quantiles to the week.
RUNS = 300
Chance = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Leg:
    """A stay in a stage and what ended it; an empty cause: it goes on."""

    stage: str
    days: int
    cause: str


@dataclass(frozen=True, slots=True)
class Life:
    """One project from its first day to its last; `since_end`: days from then until today."""

    kind: str
    tier: str
    risk: float
    impact: float
    people: int
    legs: tuple[Leg, ...]
    pitfall: str
    since_end: int

    @property
    def days(self) -> int:
        return sum(leg.days for leg in self.legs)

    @property
    def is_live(self) -> bool:
        return self.legs[-1].cause == ""

    @property
    def was_launched(self) -> bool:
        return self.legs[-1].stage == PRODUCTION


def draw(
    dice: random.Random, typical: Mapping[str, TypicalDays], chances: Callable[[str, float], Chance]
) -> Life:
    """One project; `chances` gives, for a kind and a risk, the chance of production from each stage."""
    kind = dice.choices(("existing", "new", "revolutionary"), (3, 5, 2))[0]
    risk = min(92.0, max(3.0, dice.gauss(46, 20)))
    legs = _legs(dice, typical, chances(kind, risk))
    last = legs[-1]
    causes = CAUSES if last.cause in ("stop", "retire") else ("",)
    decided = dice.choices(causes, WEIGHTS[last.stage])[0] if len(causes) > 1 else ""
    if last.cause == "retire" and last.days > 90:
        decided = ""  # a life, not a failure
    return Life(
        kind=kind,
        tier=dice.choices(("low", "medium", "high"), (5, 3, 2))[0],
        risk=round(risk, 6),
        impact=round(min(95.0, max(5.0, dice.gauss(50, 19))), 6),
        people=dice.randint(1, 5),
        legs=tuple(legs),
        pitfall=decided,
        since_end=0 if last.cause == "" else dice.randint(20, 700),
    )


def _legs(dice: random.Random, typical: Mapping[str, TypicalDays], chance: Chance) -> list[Leg]:
    legs: list[Leg] = []
    for place, stage in enumerate(STANDARD_STAGES[:-1]):
        before, after = STANDARD_STAGES[place - 1], STANDARD_STAGES[place + 1]
        if place > 1 and dice.random() < BACK:
            legs.append(Leg(stage, stay(dice, typical[stage]), "back"))
            legs.append(Leg(before, stay(dice, typical[before]), "advance"))
        goes_on = dice.random() < chance(stage) / chance(after)
        legs.append(Leg(stage, stay(dice, typical[stage]), "advance" if goes_on else "stop"))
        if not goes_on:
            return legs
    fate = dice.random()
    if fate < OFF:
        return [*legs, Leg(PRODUCTION, dice.randint(15, 85), "retire")]
    if fate < OFF + RETIRED:
        return [*legs, Leg(PRODUCTION, dice.randint(120, 420), "retire")]
    return [*legs, Leg(PRODUCTION, dice.randint(100, 700), "")]


def stay(dice: random.Random, typical: TypicalDays) -> int:
    """Days in a stage: log-normal, with the median and the 85th percentile of the table."""
    spread = log(typical.p85 / typical.p50) / NormalDist().inv_cdf(0.85)
    return max(1, round(typical.p50 * exp(dice.gauss(0, spread))))


class Outlook:
    """How many days are left until production, given that it is reached: the same draws for everybody."""

    def __init__(self, typical: Mapping[str, TypicalDays]) -> None:
        dice = random.Random(SEED)  # noqa: S311 - an invented past needs no secret
        self._stays = {
            stage: [stay(dice, typical[stage]) for _ in range(RUNS)] for stage in STANDARD_STAGES[:-1]
        }

    def days_left(self, stage: str, elapsed: int) -> list[int]:
        """Sorted; of a stay that has gone on for so long, the draws that are longer."""
        here = [days - elapsed for days in self._stays[stage] if days > elapsed] or [7]
        later = STANDARD_STAGES[STANDARD_STAGES.index(stage) + 1 : -1]
        return sorted(
            here[run % len(here)] + sum(self._stays[each][run] for each in later) for run in range(RUNS)
        )


def quantile(days: Sequence[int], share: float) -> int:
    """The day by which this share has come."""
    return days[min(len(days) - 1, int(share * len(days)))]


def share_within(days: Sequence[int], limit: int) -> float:
    """The share that takes no longer than so many days."""
    return sum(each <= limit for each in days) / len(days)
