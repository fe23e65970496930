"""Letting a flag sleep: for whom, how long, and how often; every reason why not."""

from datetime import date, timedelta

from projects.rules import evidence
from projects.rules.facts import Obstacle
from projects.rules.looks import Rule

# A month, then somebody looks again; twice in a row, then it has to be answered.
LONGEST = timedelta(days=30)
IN_A_ROW = 2
LONGEST_REASON = 300


def obstacles(rule: Rule, *, reason: str, until: date | None, today: date, slept: int) -> list[Obstacle]:
    """Why a flag may not sleep; the reason is without blanks around it, `slept` counts those in a row."""
    if found := barred(rule, slept):
        return [found]
    return [*_reason_obstacles(reason), *_day_obstacles(until, today)]


def barred(rule: Rule, slept: int) -> Obstacle | None:
    """Why this flag may not sleep at all, whatever somebody says."""
    if not rule.may_sleep:
        message = f"A flag “{rule.title}” never sleeps."
        return Obstacle("never_sleeps", message, rule.clears)
    if slept >= IN_A_ROW:
        message = "This flag has been let sleep twice in a row."
        return Obstacle("slept_twice", message, f"Now it needs an answer. {rule.clears}")
    return None


def last_day(today: date) -> date:
    """The last day until which a flag may sleep."""
    return today + LONGEST


def _reason_obstacles(reason: str) -> list[Obstacle]:
    if not reason:
        message = "It is not said why the flag may sleep."
        return [Obstacle("reason_missing", message, "Say it in a sentence.", "reason")]
    if len(reason) > LONGEST_REASON:
        message = f"This is longer than {LONGEST_REASON} characters."
        return [Obstacle("too_long", message, "Say it in a sentence or two.", "reason")]
    return evidence.text_obstacles(reason, "reason")


def _day_obstacles(until: date | None, today: date) -> list[Obstacle]:
    if until is None:
        return [Obstacle("until_missing", "It is not said until when.", "Give the last day.", "until")]
    if today <= until <= last_day(today):
        return []
    remedy = f"Use a day from {today} to {last_day(today)}."
    if until < today:
        return [Obstacle("until_passed", f"{until} has passed.", remedy, "until")]
    message = f"{until} is more than {LONGEST.days} days ahead."
    return [Obstacle("until_too_late", message, remedy, "until")]
