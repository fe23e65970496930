"""One page of the list of flags: its rows, its tabs, how many each rule raised, its filters in words."""

from dataclasses import dataclass, replace
from typing import Any

from portfolio.register.queries import listings
from portfolio.register.queries.listings import Listing, View
from portfolio.register.queries.options import Chip, current_portfolio
from projects.actors import Actor
from projects.models import Flag, Severity
from projects.queries import flag_lists, registers
from projects.queries.flag_filters import FlagFilters
from projects.queries.flag_lists import Row
from projects.rules.flags import RULES

TABS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("All", {}),
    ("On my projects", {"mine": "yes"}),
    ("Critical", {"severity": "critical"}),
    ("Awake", {"asleep": "no"}),
    ("Asleep", {"asleep": "yes"}),
)
YES_OR_NO = [("yes", "Yes"), ("no", "No")]


@dataclass(frozen=True, slots=True)
class OfRule:
    """How many flags a rule has raised among those listed."""

    title: str
    query: str
    count: int
    is_current: bool


def listing(actor: Actor, filters: FlagFilters, total: int) -> Listing[Row]:
    """The rows that the filters' page holds; a fixed number of queries."""
    found = list(flag_lists.listed(filters, actor)[listings.window(filters)])
    return Listing(filters, flag_lists.rows(found[: filters.size], actor), total, len(found) > filters.size)


def total(actor: Actor, filters: FlagFilters) -> int:
    """How many flags pass the filters, up to the limit; one query."""
    return registers.counts([flag_lists.chosen(filters, actor)])[0]


def total_and_views(actor: Actor, filters: FlagFilters) -> tuple[int, list[View]]:
    """How many flags pass the filters, and each tab; one query."""
    views = [FlagFilters(portfolio=filters.portfolio, **chosen) for _, chosen in TABS]
    found = registers.counts(flag_lists.chosen(each, actor) for each in (filters, *views))
    usual = FlagFilters()
    current = replace(filters, page=1, size=usual.size, sort=usual.sort, problems=())
    return found[0], listings.views([label for label, _ in TABS], views, found[1:], current)


def of_rules(actor: Actor, filters: FlagFilters) -> list[OfRule]:
    """How many flags each rule has raised, whatever rule the list is narrowed to; one query."""
    counted = flag_lists.by_rule(replace(filters, rule=""), actor)
    return [
        OfRule(RULES[code].title, filters.query(rule=code), number, code == filters.rule)
        for code, number in counted
    ]


def chips(actor: Actor, filters: FlagFilters) -> list[Chip]:
    """Every filter in force with its words."""
    found: list[tuple[str, str, dict[str, Any]]] = [
        ("Portfolio", _portfolio(actor, filters.portfolio), {"portfolio": ""}),
        ("Project", filters.project, {"project": ""}),
        ("Rule", RULES[filters.rule].title if filters.rule else "", {"rule": ""}),
        ("Severity", dict(Severity.choices).get(filters.severity, ""), {"severity": ""}),
        ("Asleep", dict(YES_OR_NO).get(filters.asleep, ""), {"asleep": ""}),
        ("On my projects", "Yes" if filters.mine else "", {"mine": ""}),
    ]
    return [Chip(label, value, filters.query(**without)) for label, value, without in found if value]


def tickable(actor: Actor, ids: list[int]) -> list[Flag]:
    """Those of these open flags that the actor may see, with their projects."""
    seen = flag_lists.among(actor).filter(pk__in=ids, cleared_at=None)
    return list(seen.select_related("project", "portfolio").order_by("opened_at", "pk"))


def _portfolio(actor: Actor, slug: str) -> str:
    found = current_portfolio(actor, slug) if slug else None
    return found.name if found else ""
