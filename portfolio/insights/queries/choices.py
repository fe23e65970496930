"""Which projects of a portfolio a picture shows: the same filters for today and for past days."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from portfolio.insights.rules.entries import QUADRANTS
from projects.models import BusinessUnit, Health, Kind, Status, Tier

# What a filter can be; those of people and units are numbers, of stages whatever the workflow calls them.
WORDS = {
    "health": set(Health.values),
    "status": set(Status.values),
    "kind": set(Kind.values),
    "tier": set(Tier.values),
    "quadrant": {*QUADRANTS, "intake", "unassessed"},
    "gap": {"yes", "no"},
    "unproven": {"yes", "no"},
}
# Columns that are true or false, by the filter that speaks of them.
MARKS = {"gap": "has_critical_gap", "unproven": "is_unproven"}


@dataclass(frozen=True, slots=True)
class Choice:
    """The filters in force; empty means any."""

    unit: int | None = None
    owner: int | None = None
    stage: str = ""
    health: str = ""
    status: str = ""
    kind: str = ""
    tier: str = ""
    quadrant: str = ""
    gap: str = ""  # a critical gap: "yes" or "no"
    unproven: str = ""  # "yes" or "no"

    def query(self, **more: Any) -> str:
        """These filters as a query string, with further parameters; empty ones are left out."""
        values = {field.name: getattr(self, field.name) for field in fields(self)} | more
        return urlencode({name: value for name, value in values.items() if value not in (None, "")})

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))


def parse(asked: Mapping[str, str]) -> Choice:
    """The filters of an address; what no filter knows is as if it were not there."""
    values: dict[str, Any] = {name: asked[name] for name, known in WORDS.items() if asked.get(name) in known}
    for name in ("unit", "owner"):
        # No id has so many digits, and a database would choke on more.
        if (text := asked.get(name, "")).isdecimal() and len(text) < 19:
            values[name] = int(text)
    return Choice(**values, stage=asked.get("stage", "").replace("\0", "")[:40])


def apply(rows: QuerySet[Any, Any], choice: Choice) -> QuerySet[Any, Any]:
    """Narrow projects, or projects of a past day, down to those chosen."""
    found = rows
    if choice.unit is not None:
        units = BusinessUnit.objects.filter(Q(pk=choice.unit) | Q(parent_id=choice.unit))
        found = found.filter(unit_id__in=units.values("pk"))
    if choice.owner is not None:
        found = found.filter(owner_id=choice.owner)
    if choice.stage:
        found = found.filter(Q(stage=choice.stage) | Q(standard_stage=choice.stage))
    words = {name: getattr(choice, name) for name in WORDS if getattr(choice, name)}
    marks = {column: words.pop(name) == "yes" for name, column in MARKS.items() if name in words}
    return found.filter(**words, **marks)
