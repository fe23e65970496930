"""Checklists of readiness: points for their items, given by people and pipelines."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction

from projects import events, permissions
from projects.actions import _locks, flags
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Project
from projects.queries import facts
from projects.rules import checklists as rules
from projects.rules.checklists import Checklist


@transaction.atomic
def fill(project_id: int, *, checklist: str, points: Mapping[str, Decimal | None], actor: Actor) -> Project:
    """Give items their points, None takes them away; what is not named stays.

    A list that dates the project does so whenever it is complete, also where its points are only confirmed.
    """
    project = _locks.project(project_id)
    permissions.require(actor, "answer.give", project)
    if found := rules.obstacles(checklist, points):
        message = f"{found[0].message} {found[0].remedy}" if len(found) == 1 else "Nothing was stored."
        raise Refused(message, code="checklist_refused", obstacles=found)
    known = rules.shipped()[checklist]
    held: dict[str, str] = project.checklists.get(checklist, {})
    said = {
        item: None if value is None else str(rules.points(value, known)) for item, value in points.items()
    }
    changed = {item: [held.get(item), value] for item, value in said.items() if held.get(item) != value}
    now = {item: value for item, value in (held | said).items() if value is not None}
    dated = _dated(project, known, now, actor)
    if not changed and not dated:
        return project
    project.checklists = {**project.checklists, checklist: now}
    project.save(update_fields=["checklists", *dated])
    told = {name: day.isoformat() for name, day in dated.items()}
    events.record(project, "checklist.filled", actor, checklist=checklist, points=changed, **told)
    flags.refresh(project, actor=actor, says=True)
    return project


def _dated(project: Project, known: Checklist, now: Mapping[str, str], actor: Actor) -> dict[str, date]:
    """Put today on the project if the list dates it and is complete; what its action has to save."""
    today = facts.today(project, actor.now())
    if not known.dates or now.keys() != known.items.keys() or getattr(project, known.dates) == today:
        return {}
    setattr(project, known.dates, today)
    return {known.dates: today}
