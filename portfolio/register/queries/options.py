"""What a list can be filtered by, and the words for what it is filtered by."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import CharField, F, Value
from django.db.models.functions import Coalesce, Concat

from portfolio.register.queries.scores import HIGH_RISK, RAISED_RISK
from projects.actors import Actor
from projects.models import BusinessUnit, Health, Kind, Outcome, Portfolio, Project, Status, Tier
from projects.models.workflows import parsed
from projects.queries import portfolios
from projects.queries.filters import LISTED_OUTCOMES, UNSCORED, Filters
from projects.rules import presets, quadrants
from projects.rules.flags import OF_PROJECTS

Choices = list[tuple[Any, str]]
GATES = [("due", "Gate within two weeks or passed")]
OWNERS = {"me": "Me", "none": "Nobody"}
YES_OR_NO = [("yes", "Yes"), ("no", "No")]
QUADRANTS = [*quadrants.LABELS.items(), (UNSCORED, "Not scored yet")]
ARCHIVED = [("only", "Only archived projects"), ("any", "Archived projects too")]


class Chip(NamedTuple):
    """One filter in force, and the query without it."""

    label: str
    value: str
    query: str


def current_portfolio(actor: Actor, slug: str) -> Portfolio | None:
    """The portfolio of this short name among those that the actor may know of."""
    return next((one for one in portfolios.visible(actor) if one.slug == slug), None)


def stages(actor: Actor, slug: str) -> Choices:
    """The stages of the portfolio's workflow; of all portfolios together, the standard ones."""
    chosen = current_portfolio(actor, slug)
    has_own = chosen is not None and chosen.workflow_id is not None
    workflow = parsed(chosen.workflow_id) if chosen and has_own else presets.workflow("standard")
    return [(stage.code, stage.label) for stage in workflow.stages]


def units(actor: Actor, slug: str) -> Choices:
    """Business units on two levels, of one portfolio or of all."""
    found = BusinessUnit.objects.filter(portfolio__in=_ids(actor, slug))
    path = Concat("parent__name", Value(" › "), "name", output_field=CharField())
    return list(
        found.annotate(top=Coalesce("parent__name", "name"), path=path)
        .order_by("top", F("parent").asc(nulls_first=True), "name")
        .values_list("pk", Coalesce("path", "name"))
    )


def owners(actor: Actor, slug: str) -> Choices:
    """Everybody who owns a project that the actor may see."""
    seen = Project.objects.visible_to(actor).filter(portfolio__in=_ids(actor, slug))
    people = get_user_model().objects.filter(pk__in=seen.values("owner_id"))
    return [*OWNERS.items(), *people.order_by("name", "pk").values_list("pk", "name")]


def flags() -> Choices:
    """The rules that raise flags."""
    return [("any", "Any flag"), *((rule.code, rule.title) for rule in OF_PROJECTS.values())]


def risks(chosen: int | None) -> Choices:
    """The bands of risk by where they begin, and the one that the address asks for."""
    begins = sorted({RAISED_RISK, HIGH_RISK, *([chosen] if chosen else [])})
    return [(begin, _at_least(begin)) for begin in begins]


def chips(actor: Actor, filters: Filters) -> list[Chip]:
    """Every filter in force with its words; at most one query, for the names of a unit and an owner."""
    return _chips(actor, filters, _names(actor, filters))


def words(actor: Actor, several: Sequence[Filters]) -> list[list[tuple[str, str]]]:
    """What each of several filters asks for: labels and values, portfolio and text too; two queries."""
    units = {each.unit for each in several if each.unit}
    owners = {int(each.owner) for each in several if each.owner.isdigit()}
    seen = Project.objects.visible_to(actor).filter(owner_id__in=owners).order_by()
    known = BusinessUnit.objects.filter(pk__in=units, portfolio__in=_ids(actor, ""))
    unit_names = dict(known.values_list("pk", "name")) if units else {}
    owner_names = dict(seen.values_list("owner_id", "owner__name").distinct()) if owners else {}
    return [_words(actor, each, unit_names, owner_names) for each in several]


def _words(
    actor: Actor, filters: Filters, units: dict[int, str], owners: dict[int, str]
) -> list[tuple[str, str]]:
    owner, unit = filters.owner, filters.unit
    number = f"number {owner}" if owner else ""
    names = {
        "unit": units.get(unit, f"number {unit}") if unit else "",
        "owner": owners.get(int(owner), number) if owner.isdigit() else OWNERS.get(owner, number),
    }
    home = current_portfolio(actor, filters.portfolio)
    first = [("Portfolio", home.name if home else filters.portfolio), ("Text", filters.q)]
    # What every list leaves out need not be said of each.
    asked = replace(filters, outcome=() if filters.outcome == LISTED_OUTCOMES else filters.outcome)
    found = [(chip.label, chip.value) for chip in _chips(actor, asked, names)]
    return [*(pair for pair in first if pair[1]), *found]


def _chips(actor: Actor, filters: Filters, names: dict[str, str]) -> list[Chip]:
    found: list[tuple[str, str, dict[str, Any]]] = [
        ("Unit", names.get("unit", ""), {"unit": None}),
        ("Stage", _spelt(filters.stage, stages(actor, filters.portfolio)), {"stage": ()}),
        ("Health", _spelt(filters.health, Health.choices), {"health": ()}),
        ("Owner", names.get("owner", ""), {"owner": ""}),
        ("Flag", _spelt([filters.flag], flags()), {"flag": ""}),
        ("Gate", "Due" if filters.gate else "", {"gate": ""}),
        ("Status", _spelt([filters.status], Status.choices), {"status": ""}),
        ("Kind", _spelt([filters.kind], Kind.choices), {"kind": ""}),
        ("Tier", _spelt([filters.tier], Tier.choices), {"tier": ""}),
        ("Quadrant", _spelt(filters.quadrant, QUADRANTS), {"quadrant": ()}),
        ("Risk", _at_least(filters.min_risk) if filters.min_risk else "", {"min_risk": None}),
        ("Critical gap", _spelt([filters.gap], YES_OR_NO), {"gap": ""}),
        ("Unproven", _spelt([filters.unproven], YES_OR_NO), {"unproven": ""}),
        ("Outcome", _spelt(filters.outcome, Outcome.choices), {"outcome": ()}),
        ("Compared with", _day(filters.compare), {"compare": ""}),
        ("Archived", {"only": "Only", "any": "Shown too"}.get(filters.archived, ""), _as_usual(filters)),
    ]
    return [Chip(label, value, filters.query(**without)) for label, value, without in found if value]


def _day(iso: str) -> str:
    if not iso:
        return ""
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%b %Y}"


def _at_least(risk: int) -> str:
    return f"{risk} and more"


def _as_usual(filters: Filters) -> dict[str, Any]:
    """Without the archive, the list goes back to what it usually shows."""
    return {"archived": "no", "outcome": filters.outcome or LISTED_OUTCOMES}


def _names(actor: Actor, filters: Filters) -> dict[str, str]:
    """Names of the unit and the owner filtered by; of those that the actor may not know, the number."""
    names = {"unit": f"number {filters.unit}" if filters.unit else "", "owner": filters.owner}
    asked: list[Any] = []
    if filters.unit:
        known = BusinessUnit.objects.filter(pk=filters.unit, portfolio__in=_ids(actor, filters.portfolio))
        asked.append(known.order_by().values_list(Value("unit"), "name"))
    if filters.owner in OWNERS:
        names["owner"] = OWNERS[filters.owner]
    elif filters.owner:
        names["owner"] = f"number {filters.owner}"
        owned = Project.objects.visible_to(actor).filter(owner_id=int(filters.owner)).order_by()
        asked.append(owned.values_list(Value("owner"), "owner__name").distinct())
    if asked:
        names |= dict(asked[0].union(*asked[1:]))
    return names


def _ids(actor: Actor, slug: str) -> list[int]:
    return [one.pk for one in portfolios.visible(actor) if slug in ("", one.slug)]


def _spelt(codes: Iterable[str], choices: Iterable[tuple[Any, Any]]) -> str:
    labels = {str(value): str(label) for value, label in choices}
    return ", ".join(labels.get(code, code) for code in codes if code)
