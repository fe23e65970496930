"""What is different about a project between two days: which fields are compared, and when they differ."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from projects.rules.quadrants import LABELS

# A score that only grew older by a day is no change; half a point less is not seen on a page either.
LEAST_POINTS, LEAST_CHANCE = 1.0, 0.01
# Forecast days come from a simulation and shake a little from night to night.
LEAST_DAYS = 7


class Field(NamedTuple):
    """A field as it is compared and said."""

    code: str
    label: str
    kind: str = "text"  # text, quadrant, code, yes, points, chance, amount, people, day, forecast


class Change(NamedTuple):
    """One field that is no longer what it was; None: not known."""

    field: Field
    before: Any
    after: Any

    @property
    def was(self) -> str:
        return words(self.field, self.before)

    @property
    def now(self) -> str:
        return words(self.field, self.after)


FIELDS = (
    Field("stage", "Stage"),
    Field("status", "Status", "code"),
    Field("outcome", "Outcome", "code"),
    Field("quadrant", "Quadrant", "quadrant"),
    Field("risk", "Risk", "points"),
    Field("impact", "Impact", "points"),
    Field("p", "Chance of production", "chance"),
    Field("has_gap", "Critical gap", "yes"),
    Field("health", "Health", "code"),
    Field("name", "Name"),
    Field("unit", "Business unit"),
    Field("owner", "Owner"),
    Field("kind", "Kind", "code"),
    Field("tier", "Governance tier", "code"),
    Field("value", "Value a year", "amount"),
    Field("cost", "Remaining cost", "amount"),
    Field("effort", "People at work", "people"),
    Field("committed_on", "Promised for", "day"),
    Field("p80_on", "Forecast, 80%", "forecast"),
    Field("mandatory", "Has to be done"),
    Field("vendor", "Vendor"),
)
CODES = tuple(field.code for field in FIELDS)
LABEL_OF = {field.code: field.label for field in FIELDS}
NOT_KNOWN = "not known"


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """Every field that both know of and that differs, in the order of `FIELDS`."""
    for field in FIELDS:
        if field.code in before and field.code in after:
            change = Change(field, before[field.code], after[field.code])
            if differ(change):
                yield change


def differ(change: Change) -> bool:
    """Whether somebody who reads both values would say that they are not the same."""
    field, before, after = change
    if before in (None, "") or after in (None, ""):
        return (before in (None, "")) != (after in (None, ""))
    if field.kind == "points":
        return abs(after - before) >= LEAST_POINTS
    if field.kind == "chance":
        return abs(after - before) >= LEAST_CHANCE
    if field.kind == "forecast":
        return abs((after - before).days) >= LEAST_DAYS
    return bool(before != after)


def words(field: Field, value: Any) -> str:
    """A value as a sentence has it."""
    if value in (None, ""):
        return NOT_KNOWN
    if field.kind == "quadrant":
        return LABELS.get(value, value)
    if field.kind == "points":
        return f"{value:.0f}"
    if field.kind == "chance":
        return f"{value:.0%}"
    if field.kind == "amount":
        return f"{value:,.0f}"
    if field.kind == "people":
        return f"{value:g}"
    if field.kind == "yes":
        return "yes" if value else "no"
    if isinstance(value, date):
        return f"{value.day} {value:%b %Y}"
    return str(value).replace("_", " ") if field.kind == "code" else str(value)
