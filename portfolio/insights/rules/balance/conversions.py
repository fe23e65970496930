"""Of the projects that entered a stage, how many moved on: by the quarter in which they entered."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from portfolio.insights.rules.balance.courses import ENDS, ORDER, PRODUCTION, Course, Visit
from projects.rules.stages import STANDARD_STAGES, Stage

# A quarter is decided when even slow projects have had their time; without a usual stay half a year is.
DEFAULT_DAYS = 180
QUARTERS_TOLD = 12


class Entered(NamedTuple):
    """One project's way through one stage in one attempt: what became of it."""

    on: date
    fate: str  # advanced, stopped, still_in


def references(stage_odds: Mapping[str, float]) -> dict[str, float]:
    """What usually moves on from each standard stage: its chance of production over that of the next."""
    chances = {**stage_odds, PRODUCTION: 1.0}
    return {
        code: min(1.0, chances[code] / chances[after]) if chances[after] else 1.0
        for code, after in pairwise(STANDARD_STAGES)
    }


def entered(courses: Iterable[Course]) -> dict[str, list[Entered]]:
    """Standard stage -> every first entry of an attempt, and what became of it."""
    found: dict[str, list[Entered]] = defaultdict(list)
    for course in courses:
        attempts = course.attempts
        for number, visits in enumerate(attempts):
            is_over = number < len(attempts) - 1
            for place, visit in enumerate(visits):
                if all(earlier.standard != visit.standard for earlier in visits[:place]):
                    found[visit.standard].append(Entered(visit.entered, _fate(visits[place:], is_over)))
    return found


def _fate(visits: Sequence[Visit], is_over: bool) -> str:
    """From the entry on: a later stage was reached, or the attempt ended without; else it is still open."""
    if any(visit.order > visits[0].order for visit in visits[1:]):
        return "advanced"
    return "stopped" if is_over or visits[-1].cause in ENDS else "still_in"


def of(stage: Stage, entries: Sequence[Entered], day: date) -> dict[str, Any]:
    """One stage: the cohorts by quarter, and those that are decided together."""
    wait = stage.typical_days.p95 if stage.typical_days else DEFAULT_DAYS
    quarters: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for one in entries:
        quarters[one.on.year, (one.on.month - 1) // 3 + 1][one.fate] += 1
    cohorts = [_cohort(*quarter, quarters[quarter], day, wait) for quarter in sorted(quarters)]
    decided = [cohort for cohort in cohorts if cohort["is_decided"]]
    total = {name: sum(cohort[name] for cohort in decided) for name in ("entered", *FATES)}
    return {
        "stage": stage.code,
        "label": stage.label,
        **total,
        "share": total["advanced"] / total["entered"] if total["entered"] else None,
        "undecided": sum(cohort["entered"] for cohort in cohorts if not cohort["is_decided"]),
        "cohorts": cohorts[-QUARTERS_TOLD:],
    }


FATES = ("advanced", "stopped", "still_in")


def _cohort(year: int, quarter: int, fates: Counter[str], day: date, wait: int) -> dict[str, Any]:
    n = fates.total()
    return {
        "quarter": f"{year} Q{quarter}",
        "entered": n,
        **{fate: fates[fate] for fate in FATES},
        "share": fates["advanced"] / n,
        "is_decided": _end(year, quarter) + timedelta(days=wait) <= day,
    }


def _end(year: int, quarter: int) -> date:
    """The last day of a quarter."""
    after = date(year + quarter // 4, quarter % 4 * 3 + 1, 1)
    return after - timedelta(days=1)


def shown(stages: Sequence[Stage]) -> list[Stage]:
    """Stages out of which a project can move on."""
    return [stage for stage in stages if ORDER[stage.standard] < ORDER[PRODUCTION]]
