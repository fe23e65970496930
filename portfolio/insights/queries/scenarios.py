"""Scenarios as pages and REST read them: what became of them, and their figures beside the live plan."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.http import Http404

from portfolio.insights.models import PortfolioForecast, Scenario
from portfolio.insights.queries import whatifs
from portfolio.insights.queries.standings import Standing
from portfolio.insights.rules.entries import Picture
from portfolio.insights.rules.scenario import scenarios as rules
from portfolio.insights.rules.scenario.changes import Change, apply, parse
from projects.models import Event, Membership, Portfolio, PortfolioRole, Project, TeamRole
from projects.rules.facts import Obstacle

EVENTS = ("scenario.kept", "scenario.changed", "scenario.adopted")
# What a reader looks through; the feed has all of them.
MOST_EVENTS = 50


@dataclass(frozen=True, slots=True)
class AtWork:
    """Projects in the balance that are not on hold, their cost and their people; None: nobody has said it."""

    n: int
    cost: float | None
    people: float | None


def at_work(picture: Picture | None) -> AtWork:
    """What goes on in a picture; a balance also counts what rests."""
    found = [entry for entry in picture.in_scope if not entry.is_held] if picture else []
    costs = [entry.cost for entry in found if entry.cost is not None]
    people = [entry.effort for entry in found if entry.effort is not None]
    return AtWork(len(found), sum(costs) if costs else None, sum(people) if people else None)


@dataclass(frozen=True, slots=True)
class Side:
    """One scenario as figures; `balance` and `outlook` are the live plan's where it changes nothing."""

    scenario: Scenario
    changes: tuple[Change, ...]
    words: list[str]
    balance: dict[str, Any]
    outlook: list[float] | None
    problems: list[Obstacle]
    budget: float | None
    at_work: AtWork


def listed(portfolio: Portfolio) -> QuerySet[Scenario]:
    """All scenarios of a portfolio, the newest first."""
    return Scenario.objects.filter(portfolio=portfolio).select_related("made_by", "adopted_by")


def one(portfolio: Portfolio, scenario_id: int) -> Scenario:
    """One scenario of this portfolio; 404 for any other."""
    found = listed(portfolio).filter(pk=scenario_id).first()
    if found is None:
        raise Http404
    return found


def log(scenario: Scenario) -> list[Event]:
    """Who kept, changed and adopted it, and why; the newest first."""
    events = Event.objects.filter(
        portfolio_id=scenario.portfolio_id, kind__in=EVENTS, payload__scenario=scenario.pk
    )
    found = list(events.select_related("actor")[:MOST_EVENTS])
    for event in found:
        states = event.payload.get("outcomes", {}).values()
        event.done = sum(state in rules.OVER for state in states)  # type: ignore[attr-defined]
    return found


def changes_of(scenario: Scenario) -> tuple[Change, ...]:
    """Its changes; they were checked when they were stored."""
    return parse(scenario.changes)


def progress(scenario: Scenario) -> dict[str, Any]:
    """How many of its changes are done, refused and open."""
    changes = changes_of(scenario)
    states = [row["state"] for row in rules.still_about(scenario.adoption, changes)]
    over = sum(state in rules.OVER for state in states)
    return {
        "all": len(changes),
        "over": over,
        "refused": states.count(rules.REFUSED),
        "open": len(changes) - over,
        "words": f"{over} of {len(changes)} adopted",
    }


def side(
    portfolio: Portfolio,
    standing: Standing,
    scenario: Scenario,
    now: datetime,
    forecast: PortfolioForecast | None,
) -> Side:
    """The scenario carried out on the picture of now."""
    changes = changes_of(scenario)
    asked = [change.compact() for change in changes]
    whatif, problems = whatifs.of(portfolio, standing, asked, now, forecast)
    budget = next((change.amount for change in changes if change.do == "budget"), None)
    if whatif is None or standing.picture is None:
        return Side(
            scenario, changes, [], standing.balance, None, problems, budget, at_work(standing.picture)
        )
    goes_on = at_work(apply(standing.picture, changes))
    return Side(scenario, changes, whatif.words, whatif.balance, whatif.outlook, problems, budget, goes_on)


def names_of(portfolio: Portfolio, keys: Iterable[str]) -> dict[str, str]:
    """The names of these projects of a portfolio by key."""
    rows = Project.objects.filter(portfolio=portfolio, key__in=set(keys), deleted_at=None)
    return dict(rows.values_list("key", "name"))


def who_may_approve(portfolio: Portfolio, *, but_not: int) -> QuerySet[Any]:
    """Who can agree to a hold of some project here; whether of this one, its own move says."""
    managers = Membership.objects.filter(
        portfolio=portfolio, role__in=[PortfolioRole.MANAGER, PortfolioRole.ADMINISTRATOR]
    ).values("user_id")
    heads = TeamRole.objects.filter(project__portfolio=portfolio, role__in=["SP", "PM"]).values("user_id")
    found = get_user_model().objects.filter(Q(pk__in=managers) | Q(pk__in=heads), is_active=True)
    return found.filter(is_service=False).exclude(pk=but_not).order_by("name", "pk")
