"""One page of the register of blockers: its rows, its saved views with their numbers, its filters."""

from dataclasses import replace
from typing import Any

from django.contrib.auth import get_user_model

from portfolio.register.queries import listings
from portfolio.register.queries.listings import Listing, View
from portfolio.register.queries.options import Chip, current_portfolio
from projects.actors import Actor
from projects.models import Blocker
from projects.models.blockers import CATEGORIES, POLICY, SEVERITIES
from projects.queries import blockers, reach, registers
from projects.queries.blocker_filters import BANDS, BlockerFilters
from projects.queries.blockers import Row

TABS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Open", {}),
    ("Past their day", {"late": "yes"}),
    ("Waiting for me", {"waits": "me"}),
    ("Portfolio blockers", {"shared": "yes", "sort": "-value"}),
    ("Resolved", {"state": "resolved", "sort": "-due"}),
)
STATES = {"resolved": "Resolved", "all": "Open and resolved"}
YES_OR_NO = [("yes", "Yes"), ("no", "No")]
OWNERS = {"me": "Me", "none": "Nobody"}
AGES = [(start, f"{label} days") for start, label in zip(BANDS, POLICY.band_labels, strict=True)]
LEVELS = [(str(place), level.label) for place, level in enumerate(POLICY.levels)]


def listing(actor: Actor, filters: BlockerFilters, total: int) -> Listing[Row]:
    """The rows that the filters' page holds; a fixed number of queries."""
    found = list(blockers.listed(filters, actor)[listings.window(filters)])
    return Listing(filters, blockers.rows(found[: filters.size], actor), total, len(found) > filters.size)


def total(actor: Actor, filters: BlockerFilters) -> int:
    """How many blockers pass the filters, up to the limit; one query."""
    return registers.counts([blockers.chosen(filters, actor)])[0]


def total_and_views(actor: Actor, filters: BlockerFilters) -> tuple[int, list[View]]:
    """How many blockers pass the filters, and each tab; one query."""
    views = [BlockerFilters(portfolio=filters.portfolio, **chosen) for _, chosen in TABS]
    found = registers.counts(blockers.chosen(each, actor) for each in (filters, *views))
    current = replace(filters, page=1, q="", problems=())
    return found[0], listings.views([label for label, _ in TABS], views, found[1:], current)


def is_empty(actor: Actor, portfolio: str) -> bool:
    """Whether there is no blocker at all, resolved ones included; one query."""
    return not blockers.chosen(BlockerFilters(portfolio=portfolio, state="all"), actor).exists()


def owners(actor: Actor, slug: str) -> list[tuple[Any, str]]:
    """Everybody who owns a blocker that the actor may see."""
    owned = Blocker.objects.among(reach.of(actor, slug)).values("owner_id")
    people = get_user_model().objects.filter(pk__in=owned).order_by("name", "pk")
    return [*OWNERS.items(), *people.values_list("pk", "name")]


def chips(actor: Actor, filters: BlockerFilters) -> list[Chip]:
    """Every filter in force with its words; at most one query, for the name of an owner."""
    found: list[tuple[str, str, dict[str, Any]]] = [
        ("Portfolio", _portfolio(actor, filters.portfolio), {"portfolio": ""}),
        ("Project", filters.project, {"project": ""}),
        ("State", STATES.get(filters.state, ""), {"state": "open"}),
        ("Category", _spelt(filters.category, CATEGORIES), {"category": ()}),
        ("Severity", _spelt(filters.severity, SEVERITIES), {"severity": ()}),
        ("Age", _spelt([filters.age], AGES), {"age": ""}),
        ("Past its day", "Yes" if filters.late else "", {"late": ""}),
        ("With", _spelt(filters.level, LEVELS), {"level": ()}),
        ("Owner", _owner(actor, filters.owner), {"owner": ""}),
        ("Waiting for", "Me" if filters.waits else "", {"waits": ""}),
        ("Portfolio blocker", _spelt([filters.shared], YES_OR_NO), {"shared": ""}),
    ]
    return [Chip(label, value, filters.query(**without)) for label, value, without in found if value]


def tickable(actor: Actor, ids: list[int]) -> list[Blocker]:
    """Those of these blockers that the actor may see, with their projects."""
    seen = Blocker.objects.visible_to(actor).filter(pk__in=ids)
    return list(seen.select_related("project").order_by("due_on", "pk"))


def _portfolio(actor: Actor, slug: str) -> str:
    found = current_portfolio(actor, slug) if slug else None
    return found.name if found else ""


def _owner(actor: Actor, owner: str) -> str:
    if not owner or owner in OWNERS:
        return OWNERS.get(owner, "")
    return {str(pk): name for pk, name in owners(actor, "")}.get(owner, f"number {owner}")


def _spelt(codes: Any, choices: Any) -> str:
    labels = {str(value): str(label) for value, label in choices}
    return ", ".join(labels.get(code, code) for code in codes if code)
