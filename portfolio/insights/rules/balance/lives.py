"""How soon projects meet live traffic, how long products stay in use, and what they kept of their promise."""

from collections.abc import Iterable, Sequence
from datetime import date
from statistics import median
from typing import Any

from portfolio.insights.rules.balance.courses import PRODUCTION, Course
from projects.rules import survivals
from projects.rules.survivals import Stay

# A promise is judged, and a launch called a success, after so many days in production (domain 2.2).
JUDGED_AFTER = 90
ENDED, EXPOSED = "ended", "exposed"
SHOWN = 60


def exposure(courses: Sequence[Course], day: date) -> dict[str, Any]:
    """Median days from the start of framing to the first live traffic; those that wait count too."""
    stays = [stay for course in courses if (stay := _until_exposed(course, day))]
    return {
        "median_days": survivals.median(stays),
        "n": len(stays),
        "reached": sum(stay.is_over for stay in stays),
        "waiting": sum(not stay.is_over for stay in stays),
    }


def _until_exposed(course: Course, day: date) -> Stay | None:
    start = next((visit for visit in course.visits if visit.order >= 1), None)
    if start is None or start.standard == PRODUCTION:  # one that came in live has no start that is known
        return None
    days = [on for on in (course.exposed_on, course.launched_on) if on is not None and on <= day]
    if days:
        return Stay(max(0, (min(days) - start.entered).days), EXPOSED)
    return Stay(max(0, (min(course.ended_on or day, day) - start.entered).days))


def lacks_exposure(course: Course, day: date) -> bool:
    """Whether it is at a stage with live traffic and nobody has said when that began."""
    here = course.visit_on(day)
    return here is not None and here.standard in ("pilot", PRODUCTION) and course.exposed_on is None


def survival(courses: Iterable[Course], day: date) -> dict[str, Any]:
    """The share of launches still in production after so many days, with its 95% interval."""
    stays = [
        Stay(((visit.left or day) - visit.entered).days, ENDED if visit.left else "")
        for course in courses
        for visit in course.visits
        if visit.standard == PRODUCTION
    ]
    steps = survivals.curve(stays)
    watched = max((stay.days for stay in stays), default=0)
    return {
        # Nothing is known of days that no product has seen yet, unless all of them have ended before.
        "s90": survivals.share_after(steps, JUDGED_AFTER)
        if watched >= JUDGED_AFTER or (steps and steps[-1].share == 0)
        else None,
        "n": len(stays),
        "ended": sum(stay.is_over for stay in stays),
        "longest_days": watched,
        "steps": [_step(step) for step in steps],
    }


def _step(step: survivals.Step) -> dict[str, Any]:
    interval = step.interval() if 0 < step.share < 1 else None
    low, high = interval or (None, None)
    return {"day": step.days, "share": step.share, "low": low, "high": high, "at_risk": step.at_risk}


def kept(course: Course) -> float | None:
    """The realised part of the promised change: 1 kept, 0 nothing changed, below 0 got worse."""
    if course.baseline is None or course.target is None or course.realised is None:
        return None
    promised = course.target - course.baseline
    return float((course.realised - course.baseline) / promised) if promised else None


def promise(courses: Iterable[Course], day: date) -> dict[str, Any]:
    """What launched products kept of the promised change, measured after 90 days in production or later."""
    rows: list[dict[str, Any]] = []
    for course in courses:
        share, since = kept(course), course.launched_on
        if share is None or since is None or course.measured_on is None or course.measured_on > day:
            continue
        days = (course.measured_on - since).days
        if days >= JUDGED_AFTER:
            row = {"key": course.key, "name": course.name, "share": share, "days": days}
            rows.append(row | {"is_generated": course.is_generated})
    rows.sort(key=lambda row: (row["share"], row["key"]))
    return {
        "median": median(float(row["share"]) for row in rows) if rows else None,
        "n": len(rows),
        "rows": rows[:SHOWN],
    }


def lacks_promise(course: Course, day: date) -> bool:
    """Whether it has been live for 90 days and nobody has entered what became of its metric."""
    since = course.launched_on
    here = course.visit_on(day)
    return (
        since is not None
        and here is not None
        and here.standard == PRODUCTION
        and (day - since).days >= JUDGED_AFTER
        and kept(course) is None
    )
