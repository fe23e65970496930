"""Signs of life of what is live: which can be declared, and from when on one is silent."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from projects.rules.facts import Obstacle
from projects.rules.flag_facts import Signal
from projects.rules.measurements import LONGEST_NAME, NAME

# A handful is watched; whoever has more watches them where they come from.
MOST = 50
LONGEST_PERIOD = 365
# Of a signal for which nobody has said how often it comes.
USUAL_PERIOD_DAYS, SILENT_PERIODS = 7, 2


def read(stored: Mapping[str, Mapping[str, Any]]) -> list[Signal]:
    """What a project keeps, by name."""
    return [
        Signal(name, said["every_days"], _day(said["seen_on"]), date.fromisoformat(said["declared_on"]))
        for name, said in sorted(stored.items())
    ]


def stored(signal: Signal) -> dict[str, Any]:
    """The form in which a project keeps a signal, under its name."""
    return {
        "every_days": signal.every_days,
        "seen_on": signal.seen_on and signal.seen_on.isoformat(),
        "declared_on": signal.declared_on.isoformat(),
    }


def last(signal: Signal) -> date:
    """The last day on which there was nothing to complain about."""
    return signal.seen_on or signal.declared_on


def is_silent(signal: Signal, today: date) -> bool:
    """Whether it has not been seen for longer than twice its period."""
    return (today - last(signal)).days > SILENT_PERIODS * (signal.every_days or USUAL_PERIOD_DAYS)


def obstacles(name: str, every_days: int | None, others: int) -> list[Obstacle]:
    """Everything that keeps a signal from being declared; `others` is how many the project has."""
    found = []
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        message = f"“{name[:40]}” is no name of a signal."
        remedy = f"Use small letters, digits and _, at most {LONGEST_NAME}, such as nightly_predictions."
        found.append(Obstacle("signal_name", message, remedy, "name"))
    if every_days is not None and not 1 <= every_days <= LONGEST_PERIOD:
        remedy = f"Give whole days from 1 to {LONGEST_PERIOD}, or leave it empty."
        found.append(Obstacle("signal_period", f"{every_days} is no period.", remedy, "every_days"))
    if others >= MOST:
        remedy = "Remove one that nobody needs."
        found.append(Obstacle("too_many", f"A project has at most {MOST} signals.", remedy, "name"))
    return found


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
