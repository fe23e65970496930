"""What was found out about one criterion of a gate, in words with figures."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from projects.rules.facts import Facts, Obstacle
from projects.rules.stages import Criterion, Gate

MET, UNMET, UNKNOWN = "met", "unmet", "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """How one criterion stands: `obstacle` is what closes the gate, and None exactly when it is met."""

    state: str  # met, unmet, unknown
    says: str  # what was found, for a line beside the criterion
    obstacle: Obstacle | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of criterion: what it reads, what people call it and how it is checked."""

    code: str
    find: Callable[[Gate, Criterion, Facts], Finding]
    label: Callable[[Criterion], str]  # what a criterion without a label of its own is called
    demand: Callable[[Criterion], str]  # what it asks for, after its label
    family: str = ""  # the family of facts; empty: those of the project's row and its team


def lacking(state: str, says: str, *, label: str, code: str, remedy: str, field: str) -> Finding:
    """A criterion that is not met or of which that is not known."""
    return Finding(state, says, Obstacle(code, f"{label}: {says}.", remedy, field))


def not_read(label: str, field: str) -> Finding:
    """A family of facts that nobody looked up: never met."""
    remedy = "Load the page again; tell an administrator if it stays."
    return lacking(
        UNKNOWN, "this could not be looked up", label=label, code="not_known", remedy=remedy, field=field
    )


def days_ago(day: date, today: date) -> str:
    """today, yesterday, 40 days ago."""
    days = (today - day).days
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


def staleness(done: str, day: date, within_days: int | None, today: date) -> str:
    """Why something of this day does not count today; empty when it does. `done`: last measured, dated."""
    if day > today:
        return f"{done} {day.isoformat()}, which is still to come"
    if within_days is not None and (today - day).days > within_days:
        return f"{done} {days_ago(day, today)}; {within_days} allowed"
    return ""


def enumerate_words(words: list[str], most: int = 4) -> str:
    """A list in words, of which the first few are told: a, b and 3 more."""
    told = words[:most] if len(words) > most else words[:-1]
    rest = f"{len(words) - most} more" if len(words) > most else words[-1]
    return f"{', '.join(told)} and {rest}" if told else rest
