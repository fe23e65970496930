"""Whom a project needs, as files write it: one cell for all kinds of work, or a column for each."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from portfolio.register.imports.findings import REFUSED, Finding, cleaned
from portfolio.register.imports.profiles import PEOPLE, Field
from projects.rules import capacities
from projects.rules.names import fold

SHAPE = "kind of work:full-time people, and if known :first day:last day"
NAME = "people"


class Entry(NamedTuple):
    """One kind of work with how many are needed, and from when until when."""

    kind: str
    need: capacities.Need


def people(cell: str, field: Field, empty_words: frozenset[str]) -> tuple[Any, list[Finding]]:
    """A cell such as Data engineer:2;ML engineer:0.5:2027-01-01:2027-06-30, as `write` has it."""
    text, findings = cleaned(cell)
    if fold(text) in empty_words:
        return "", findings
    entries = []
    for part in filter(None, map(str.strip, text.split(";"))):
        entry = _entry(part)
        if entry is None:
            reason = f"“{part[:60]}” is not {SHAPE}."
            remedy = "Write it as Data engineer:2:2027-01-01:2027-06-30, with ; between kinds of work."
            return None, [*findings, Finding("not_people", reason, remedy, REFUSED)]
        entries.append(entry)
    if len({fold(entry.kind) for entry in entries}) < len(entries):
        reason, remedy = "Names a kind of work twice.", "Put both into one."
        return None, [*findings, Finding("kind_twice", reason, remedy, REFUSED)]
    return write(entries), findings


def settle(values: dict[str, Any]) -> None:
    """Put columns of kinds of work into one value; their sum then stands for the people at work."""
    columns = {name: values.pop(name) for name in list(values) if name.startswith(PEOPLE)}
    if columns and NAME not in values:
        needed = [
            Entry(name.removeprefix(PEOPLE), capacities.Need(Decimal(fte), None, None))
            for name, fte in columns.items()
            if fte is not None and Decimal(fte)
        ]
        values[NAME] = write(needed)
    if values.get(NAME):
        values.pop("capacity_fte", None)


def read(text: str) -> list[Entry]:
    """What `write` has written."""
    return [entry for part in text.split(";") if part and (entry := _entry(part))]


def write(entries: Iterable[Entry]) -> str:
    """Entries as one text, by the name of the kind of work; open ends at the right are left out."""
    return ";".join(
        f"{kind}:{need.fte.normalize():f}:{need.from_on or ''}:{need.until_on or ''}".rstrip(":")
        for kind, need in sorted(entries, key=lambda entry: fold(entry.kind))
    )


def _entry(text: str) -> Entry | None:
    kind, *numbers = (" ".join(each.split()) for each in text.split(":"))
    if not 1 <= len(numbers) <= 3 or capacities.name_obstacles(kind):
        return None
    fte, from_on, until_on = [*numbers, "", ""][:3]
    try:
        days = [dt.date.fromisoformat(day) if day else None for day in (from_on, until_on)]
        need = capacities.Need(Decimal(fte), *days)
    except (InvalidOperation, ValueError):
        return None
    if not need.fte.is_finite() or capacities.demand_obstacles(need):
        return None
    return Entry(kind, need._replace(fte=round(need.fte, 2)))


KINDS = {NAME: people}
