"""Whom a project needs; the people at work on it are their sum."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from projects import events, permissions
from projects.actions import _locks
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Capability, Demand, Event, Portfolio, Project
from projects.queries import capacities, facts
from projects.rules import capacities as rules

CHUNK = 500  # projects whose sum is looked at in one transaction


class Followed(NamedTuple):
    """How many sums were put right, and the last project looked at (None: all)."""

    written: int
    after: int | None


@transaction.atomic
def state(
    project_id: int,
    *,
    capability: str,
    fte: Decimal,
    actor: Actor,
    from_on: date | None = None,
    until_on: date | None = None,
) -> Demand:
    """How many people of a kind of work the project needs; what was said of this kind before is replaced."""
    project = _locks.project(project_id)
    permissions.require(actor, "project.edit", project)
    kind = _known(project, capability)
    need = rules.Need(fte, from_on, until_on)
    if found := rules.demand_obstacles(need):
        raise Refused(f"{found[0].message} {found[0].remedy}", code="demand_refused", obstacles=found)
    row = Demand.objects.filter(project=project, capability=kind).first()
    before = rules.Need(row.fte, row.from_on, row.until_on) if row else None
    if row is not None and before == need:
        return row
    row, _ = Demand.objects.update_or_create(
        project=project, capability=kind, defaults={"fte": fte, "from_on": from_on, "until_on": until_on}
    )
    _record(project, kind, before, need, actor)
    return row


@transaction.atomic
def remove(project_id: int, *, capability: str, actor: Actor) -> None:
    """The project does not need this kind of work; not stated is no change."""
    project = _locks.project(project_id)
    permissions.require(actor, "project.edit", project)
    kind = _known(project, capability)
    row = Demand.objects.filter(project=project, capability=kind).first()
    if row is None:
        return
    before = rules.Need(row.fte, row.from_on, row.until_on)
    row.delete()
    _record(project, kind, before, None, actor)


@transaction.atomic
def follow(portfolio_id: int, *, actor: Actor, now: datetime, after: int = 0) -> Followed:
    """Put the people at work right where a first or a last day has passed; safe to repeat."""
    portfolio = Portfolio.objects.get(pk=portfolio_id)
    permissions.require(actor, "summary.take", portfolio)
    today = facts.today(Project(portfolio=portfolio), now)
    found = capacities.stated(portfolio, after=after, limit=CHUNK)
    late = []
    for project in _locks.rows(
        Q(pk__in=[pk for pk, held, needs in found if rules.at_work(needs, today) != held])
    ):
        people = capacities.at_work(project, today)
        changes = {"capacity_fte": [_text(project.capacity_fte), _text(people)]}
        Project.objects.filter(pk=project.pk).update(capacity_fte=people)
        late.append(events.build(project, "project.edited", actor, changes=changes))
    Event.objects.bulk_create(late)
    return Followed(len(late), found[-1][0] if len(found) == CHUNK else None)


def _known(project: Project, name: str) -> Capability:
    found = capacities.named(project.portfolio, name)
    if found is not None:
        return found
    known = capacities.names(project.portfolio)
    remedy = (
        f"Use one of {', '.join(known)}, or add it to the capacity of the portfolio."
        if known
        else "Add it to the capacity of the portfolio first."
    )
    raise Refused(f"There is no kind of work called {name[:80]}. {remedy}", code="unknown_capability")


def _record(
    project: Project, kind: Capability, before: rules.Need | None, need: rules.Need | None, actor: Actor
) -> None:
    """What was said, and the sum that follows from it."""
    people = capacities.at_work(project, facts.today(project, actor.now()))
    held = project.capacity_fte
    if people != held:
        project.capacity_fte = people
        project.save(update_fields=["capacity_fte"])
    events.record(
        project,
        "demand.stated",
        actor,
        capability=kind.pk,
        name=kind.name,
        fte=[_text(each and each.fte) for each in (before, need)],
        from_on=_day(need and need.from_on),
        until_on=_day(need and need.until_on),
        capacity_fte=[_text(held), _text(people)],
    )


def _text(fte: Decimal | None) -> str | None:
    return None if fte is None else format(fte.normalize(), "f")


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
