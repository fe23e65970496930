"""The register: which projects a list shows, and in which order; pages and REST ask the same questions."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Length, Lower
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import timezone

from projects.actors import Actor
from projects.models import BusinessUnit, Flag, FlagLevel, Outcome, Project, Status, orders
from projects.queries import reach
from projects.queries.filters import UNSCORED, Filters, parse

__all__ = ["Filters", "apply", "chosen", "counts", "in_order", "listed", "parse"]

Projects = QuerySet[Project, Any]
GATE_NEAR = timedelta(days=14)  # two weeks: time enough to gather what a gate asks for
COUNT_LIMIT = 10_000  # beyond it a count is not exact: counting costs as much as reading


def listed(filters: Filters, *, actor: Actor) -> Projects:
    """The projects that this actor asked for and may see, in the order asked for."""
    return in_order(chosen(filters, actor=actor), filters.sort)


def chosen(filters: Filters, *, actor: Actor) -> Projects:
    """The same in no order; portfolios by id, so that the database knows how many projects they hold."""
    return apply(reach.of(actor, filters.portfolio), replace(filters, portfolio=""), actor=actor)


def apply(projects: Projects, filters: Filters, *, actor: Actor, today: date | None = None) -> Projects:
    """Narrow projects down to those that pass every filter."""
    found = _in_place(projects, filters)
    if filters.stage:
        found = found.filter(Q(stage__in=filters.stage) | Q(standard_stage__in=filters.stage))
    if filters.health:
        found = found.filter(health__in=filters.health)
    for name in ("status", "kind", "tier"):
        if value := getattr(filters, name):
            found = found.filter(**{name: value})
    found = _scored(found, filters)
    if filters.owner:
        ids = {"me": actor.user_id, "none": None}
        found = found.filter(owner_id=ids[filters.owner] if filters.owner in ids else int(filters.owner))
    if filters.flag == "any":
        found = found.filter(flag_level__gt=FlagLevel.NONE)
    elif filters.flag:
        flags = Flag.objects.filter(cleared_at=None, rule=filters.flag)
        found = found.filter(pk__in=flags.values("project_id"))
    if filters.gate:
        near = (today or timezone.localdate()) + GATE_NEAR
        found = found.filter(gate_planned_on__lte=near, status=Status.ACTIVE, outcome=Outcome.OPEN)
    for word in filters.words:
        found = found.filter(search_text__contains=word)
    return found


def _scored(projects: Projects, filters: Filters) -> Projects:
    """Those with the scores asked for."""
    found = projects
    if filters.quadrant:
        found = found.filter(quadrant__in=["" if code == UNSCORED else code for code in filters.quadrant])
    if filters.min_risk is not None:
        found = found.filter(GreaterThanOrEqual(orders.scored("risk"), Value(float(filters.min_risk))))
    if filters.gap:
        found = found.filter(has_critical_gap=filters.gap == "yes")
    if filters.unproven:
        found = found.filter(is_unproven=filters.unproven == "yes")
    return found


def _in_place(projects: Projects, filters: Filters) -> Projects:
    """Those of the portfolio and the unit, of the outcomes asked for, put away or not."""
    found = projects
    if filters.portfolio:
        found = found.filter(portfolio__slug=filters.portfolio)
    if filters.unit:
        units = BusinessUnit.objects.filter(Q(pk=filters.unit) | Q(parent_id=filters.unit))
        found = found.filter(unit_id__in=units.values("pk"))
    if filters.outcome:
        found = found.filter(outcome__in=filters.outcome)
    if filters.archived != "any":
        found = found.filter(archived_at__isnull=filters.archived == "no")
    if filters.archived != "no":
        # Invented history is put away from the start; elsewhere no index has to know of it.
        found = found.filter(is_generated=False)
    return found


def in_order(projects: Projects, sort: str) -> Projects:
    """Sort by one of `filters.SORTS`, "-" before it turns it round; equals are sorted by key."""
    name = sort.removeprefix("-")
    # The longest stay in a stage began at the earliest date.
    falls = sort.startswith("-") != (name == "days")
    nulls = _nulls(name, falls)
    terms: list[Any] = [term.desc(**nulls) if falls else term.asc(**nulls) for term in TERMS[name]()]
    if name == "flagged":
        terms.append(orders.health().asc() if falls else orders.health().desc())
    return projects.order_by(*terms, *([] if name == "key" else orders.TIES))


def _nulls(name: str, falls: bool) -> dict[str, bool]:
    """No owner and no date come last; other terms are never empty."""
    return {"nulls_last": True} if name in ("owner", "target", "gate") else {}


# Made anew for each question: an expression keeps what a query made of it.
TERMS: dict[str, Callable[[], list[Any]]] = {
    "flagged": lambda: [F("flag_level")],
    "name": lambda: [orders.name()],
    "key": lambda: [F("portfolio__key_prefix"), Length("key"), F("key")],  # 9 before 10
    "stage": lambda: [orders.stage(), F("stage")],
    "health": lambda: [orders.health()],
    "owner": lambda: [Lower("owner__name")],
    "target": lambda: [F("committed_on")],
    "gate": lambda: [F("gate_planned_on")],
    "days": lambda: [F("stage_since")],
    "updated": lambda: [orders.said_at()],
    "risk": lambda: [orders.scored("risk")],
    "impact": lambda: [orders.scored("impact")],
    "chance": lambda: [orders.scored("p_production")],
}


def counts(choices: Iterable[QuerySet[Any, Any]]) -> list[int]:
    """How many rows each choice holds, in one statement; each stops at one more than the limit."""
    asked = [_counted(chosen) for chosen in choices]
    # A list is often one of its own saved views: the same question is put once.
    different = list(dict.fromkeys(asked))
    if not different:
        return []
    # Every part was compiled by the ORM, with its values as parameters.
    parts = ", ".join(f"(SELECT COUNT(*) FROM ({sql}) AS counted)" for sql, _ in different)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {parts}", [value for _, values in different for value in values])
        found = dict(zip(different, cursor.fetchone(), strict=True))
    return [found[question] for question in asked]


def _counted(chosen: QuerySet[Any, Any]) -> tuple[str, tuple[Any, ...]]:
    """The rows to count of one choice, as SQL with its values."""
    try:
        rows = chosen.order_by().values_list(Value(1))[: COUNT_LIMIT + 1]
        sql, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return "SELECT 1 WHERE 1 = 0", ()
    return sql, tuple(values)
