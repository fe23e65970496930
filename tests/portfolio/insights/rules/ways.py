"""Laws and projects for tests of the forecast, and a slow walk that follows the text word by word."""

import itertools

from portfolio.insights.rules.forecast import laws
from portfolio.insights.rules.forecast.futures import Walker
from portfolio.insights.rules.forecast.laws import FRESH, STOP
from projects.rules.stages import STANDARD_STAGES, TypicalDays
from projects.rules.survivals import Stay

USUAL = {
    "idea": TypicalDays(14, 30, 60),
    "framing": TypicalDays(30, 60, 90),
    "data": TypicalDays(45, 90, 150),
    "poc": TypicalDays(45, 90, 135),
    "mvp": TypicalDays(60, 120, 180),
    "validation": TypicalDays(30, 75, 120),
    "pilot": TypicalDays(45, 90, 135),
}


def law(stage="pilot", ends=(), *, returns=(), thin=laws.THIN):
    """A law from (days, cause, how many)."""
    stays = [Stay(days, cause) for days, cause, number in ends for _ in range(number)]
    return laws.of(stage, stays, returns, USUAL[stage], thin=thin)


def two_stages():
    """The published case: A advances after 10, 20 or 40 days, B after 15 or 30; a fifth stops in each."""
    one = law(
        "validation", [(10, "advance", 3), (20, "advance", 4), (40, "advance", 1), (5, "stop", 2)], thin=0
    )
    two = law("pilot", [(15, "advance", 5), (30, "advance", 3), (5, "stop", 2)], thin=0)
    return one, two


def with_returns():
    """Three stages of which the later ones send back, one of them two stages far."""
    return (
        law("data", [(20, "advance", 8), (60, "advance", 6), (30, "stop", 3), (90, "", 2)]),
        law("poc", [(25, "advance", 6), (50, "back", 4), (40, "stop", 2), (70, "", 3)], returns=["data"]),
        law("mvp", [(30, "advance", 5), (35, "back", 6), (80, "stop", 2)], returns=["poc", "data"]),
    )


def walker(key="PRJ-1", way=None, place=0, elapsed=FRESH, p=0.64, **others):
    """A project at the beginning of its first stage."""
    return Walker(key, way or two_stages(), place, elapsed, p, **others)


def slow_walk(found, factor, runs, random, *, most_loops=5):
    """Days to production of each run, None where it stopped: one end of a stage at a time."""
    codes = [stage.stage for stage in found.way]
    known = {}

    def end(place, elapsed):
        if (place, elapsed) not in known:
            known[place, elapsed] = _ends(found.way[place].ends(elapsed), factor)
        days, leads, reached = known[place, elapsed]
        drawn = random.choices(range(len(days)), cum_weights=reached)[0]
        return days[drawn], leads[drawn]

    return [_one(found, codes, end, most_loops) for _ in range(runs)]


def _ends(ends, factor):
    """Days, leads and cumulated weights, with the odds of a stop multiplied."""
    left = 1 - ends.stop + factor * ends.stop
    tilted = [
        mass * (factor if lead == STOP else 1) / left
        for mass, lead in zip(ends.mass, ends.leads, strict=True)
    ]
    return ends.days.tolist(), ends.leads.tolist(), list(itertools.accumulate(tilted))


def _one(found, codes, end, most_loops):
    here, days, loops, elapsed = found.place, 0.0, 0, found.elapsed
    while here < len(found.way):
        took, lead = end(here, elapsed)
        elapsed = FRESH
        if lead == STOP:
            return None
        days += took
        if lead >= 0 and loops < most_loops:
            here, loops = min(codes.index(STANDARD_STAGES[lead]), here), loops + 1
        else:
            here += 1
    return days
