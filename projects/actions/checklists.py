"""Checklists of readiness: points for their items, given by people and pipelines."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from projects import events, permissions
from projects.actions import _locks, flags
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Project
from projects.rules import checklists as rules


@transaction.atomic
def fill(project_id: int, *, checklist: str, points: Mapping[str, Decimal | None], actor: Actor) -> Project:
    """Give items their points (0, 0.5 or 1), None takes them away; what is not named stays."""
    project = _locks.project(project_id)
    permissions.require(actor, "answer.give", project)
    if found := rules.obstacles(checklist, points):
        message = f"{found[0].message} {found[0].remedy}" if len(found) == 1 else "Nothing was stored."
        raise Refused(message, code="checklist_refused", obstacles=found)
    held: dict[str, str] = project.checklists.get(checklist, {})
    said = {item: None if value is None else str(rules.points(value)) for item, value in points.items()}
    changed = {item: [held.get(item), value] for item, value in said.items() if held.get(item) != value}
    if not changed:
        return project
    now = {item: value for item, value in (held | said).items() if value is not None}
    project.checklists = {**project.checklists, checklist: now}
    project.save(update_fields=["checklists"])
    events.record(project, "checklist.filled", actor, checklist=checklist, points=changed)
    flags.refresh(project, actor=actor, says=True)
    return project
