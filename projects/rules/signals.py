"""Signs of life of what is live: which can be declared, and from when on one is silent."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from projects.rules import measurements
from projects.rules.facts import Obstacle
from projects.rules.flag_facts import Signal
from projects.rules.measurements import LONGEST_NAME, NAME

# A handful is watched; whoever has more watches them where they come from.
MOST = 50
LONGEST_PERIOD = 365
# Of a signal for which nobody has said how often it comes.
USUAL_PERIOD_DAYS, SILENT_PERIODS = 7, 2
NUMBERS = ("below", "above", "value")


class Limits(NamedTuple):
    """A signal that is a metric raises a flag below the one and above the other; None: there is no limit."""

    below: Decimal | None = None
    above: Decimal | None = None


def read(stored: Mapping[str, Mapping[str, Any]], created_on: date | None = None) -> list[Signal]:
    """What a project keeps, by name; of what was kept without its day, that of the project stands in."""
    return [
        Signal(
            name,
            said.get("every_days"),
            _day(said.get("seen_on")),
            _day(said.get("declared_on")) or created_on or date.min,
            *(None if said.get(number) is None else Decimal(said[number]) for number in NUMBERS),
        )
        for name, said in sorted(stored.items())
    ]


def stored(signal: Signal) -> dict[str, Any]:
    """The form in which a project keeps a signal, under its name; limits only where there are any."""
    numbers = {name: getattr(signal, name) for name in NUMBERS}
    return {
        "every_days": signal.every_days,
        "seen_on": signal.seen_on and signal.seen_on.isoformat(),
        "declared_on": signal.declared_on.isoformat(),
        **{name: measurements.number(said) for name, said in numbers.items() if said is not None},
    }


def observed(
    stored_signals: Mapping[str, Mapping[str, Any]], newest: Mapping[str, tuple[date, Decimal]]
) -> dict[str, Any]:
    """What a project keeps once its signals that are metrics were seen by their newest observations."""
    found = {signal.name: signal for signal in read(stored_signals)}
    seen = {
        name: stored(found[name]._replace(seen_on=max(day, found[name].seen_on or day), value=value))
        for name, (day, value) in newest.items()
    }
    return {**stored_signals, **seen}


def is_beyond(signal: Signal) -> bool:
    """Whether its newest value lies outside the limits that somebody has declared."""
    value, below, above = signal.value, signal.below, signal.above
    if value is None:
        return False
    return (below is not None and value < below) or (above is not None and value > above)


def last(signal: Signal) -> date:
    """The last day on which there was nothing to complain about."""
    return signal.seen_on or signal.declared_on


def is_silent(signal: Signal, today: date) -> bool:
    """Whether it has not been seen for longer than twice its period."""
    return (today - last(signal)).days > SILENT_PERIODS * (signal.every_days or USUAL_PERIOD_DAYS)


NO_LIMITS = Limits()


def obstacles(name: str, every_days: int | None, others: int, limits: Limits = NO_LIMITS) -> list[Obstacle]:
    """Everything that keeps a signal from being declared; `others` is how many the project has."""
    found = [
        wrong
        for field, number in limits._asdict().items()
        if number is not None
        for wrong in measurements.value_obstacles(number, field)
    ]
    if not found and None not in limits and limits.below > limits.above:  # type: ignore[operator]
        remedy = "Make the lower limit the smaller one."
        found.append(Obstacle("signal_limits", "No value lies between these limits.", remedy, "above"))
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
