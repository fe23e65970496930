"""What surrounds the matrix: chips, views, menus, days; each a link that changes one thing."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model

from portfolio.insights.queries.choices import Choice
from portfolio.insights.queries.matrices import Found
from portfolio.insights.queries.sights import Sight
from portfolio.insights.rules.matrix import stops
from portfolio.insights.rules.matrix.readings import IMPACT, PROBABILITY, RISK, VALUE
from projects.models import BusinessUnit, Health, Kind, Portfolio, Status, Tier
from projects.models.workflows import parsed
from projects.rules.quadrants import LABELS

NAMES = {
    "unit": "Unit",
    "owner": "Owner",
    "stage": "Stage",
    "health": "Health",
    "status": "Status",
    "kind": "Kind",
    "tier": "Tier",
    "quadrant": "Quadrant",
    "gap": "Critical gap",
    "unproven": "Unproven",
}
YES_OR_NO = {"yes": "Yes", "no": "No"}
WORDS: dict[str, Mapping[str, Any]] = {
    "health": dict(Health.choices),
    "status": dict(Status.choices),
    "kind": dict(Kind.choices),
    "tier": dict(Tier.choices),
    "quadrant": LABELS,
    "gap": YES_OR_NO,
    "unproven": YES_OR_NO,
}
SIZE_LABELS = {"effort": "Effort", "cost": "Remaining cost", "value": "Value a year", "equal": "All equal"}
# The saved views of the register, as far as they hold on a past day as well.
VIEWS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("All", {}),
    ("My projects", {"owner": "me"}),
    ("Big bets", {"quadrant": "big_bet"}),
    ("Ship soon", {"quadrant": "quick_win", "gap": "no"}),
    ("Critical gap", {"gap": "yes"}),
    ("Unproven", {"unproven": "yes"}),
    ("On hold", {"status": "on_hold"}),
)


@dataclass(frozen=True, slots=True)
class Link:
    """One thing to choose."""

    label: str
    query: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force; its query leaves it out."""

    label: str
    value: str
    query: str


def chips(portfolio: Portfolio, sight: Sight) -> list[Chip]:
    """The filters in force."""
    found = []
    for each in fields(Choice):
        value = getattr(sight.choice, each.name)
        if value not in (None, ""):
            rest = Choice(**{**_values(sight.choice), each.name: each.default})
            words = _said(portfolio, each.name, value)
            found.append(Chip(NAMES[each.name], words, sight.query(choice=rest)))
    return found


def views(sight: Sight, user_id: int | None) -> list[Link]:
    """The saved views, with the present axes, size and day."""
    found = []
    for label, asked in VIEWS:
        values: dict[str, Any] = {name: user_id if value == "me" else value for name, value in asked.items()}
        chosen = Choice(**values)
        query = sight.query(choice=chosen, project="", x=None, y=None)
        found.append(Link(label, query, chosen == sight.choice))
    return found


def menus(sight: Sight, size: str, pitfalls: Mapping[str, str]) -> list[tuple[str, list[Link]]]:
    """What can stand on each axis, and what areas can show."""
    across = {RISK: "Risk", PROBABILITY: "Chance of production", **pitfalls}
    up = {IMPACT: "Impact", VALUE: "Value a year"}
    areas = SIZE_LABELS
    return [
        ("Across", [Link(across[it], sight.query(across=it, x=None), it == sight.across) for it in across]),
        ("Up", [Link(up[it], sight.query(up=it, y=None), it == sight.up) for it in up]),
        ("Area", [Link(areas[it], sight.query(size=it), it == size) for it in areas]),
    ]


def days(found: Found) -> dict[str, Any]:
    """The stored days to go to: the ones to name, and a month back and on."""
    sight, past = found.sight, [day for day in found.days if day < found.today]
    earlier, later = stops.beside(past, found.day)
    named = stops.named(past)
    if found.frame.is_past and found.day not in named:
        named = sorted({*named, found.day}, reverse=True)
    return {
        "named": named,
        "earlier": earlier,
        "later": later,
        "earlier_query": sight.query(day=earlier) if earlier else "",
        "later_query": sight.query(day=later) if found.frame.is_past else "",
        "now_query": sight.query(day=None),
        "first": past[0] if past else None,
    }


def starts(found: Found) -> list[tuple[date, str]]:
    """Where trails can begin, newest first, with the query for each."""
    months = stops.named([day for day in found.days if day < found.day])
    last = {(day.year, day.month): day for day in reversed(months)}
    return [(day, found.sight.query(since=day)) for day in sorted(last.values(), reverse=True)]


def _values(choice: Choice) -> dict[str, Any]:
    return {each.name: getattr(choice, each.name) for each in fields(choice)}


def _said(portfolio: Portfolio, name: str, value: Any) -> str:
    if name == "unit":
        unit = BusinessUnit.objects.filter(portfolio=portfolio, pk=value).first()
        return unit.name if unit else "not known"
    if name == "owner":
        return str(
            get_user_model().objects.filter(pk=value).values_list("name", flat=True).first() or "not known"
        )
    if name == "stage":
        flow = parsed(portfolio.workflow_id) if portfolio.workflow_id else None
        return flow.stage(value).label if flow and flow.has(value) else value
    return str(WORDS[name][value])
