"""Rollbacks are made by one person at once; somebody else looks at each of them afterwards."""

from django.db import transaction

from projects import events, permissions
from projects.actions import _locks, flags
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Move, MoveKind, Project
from projects.rules.facts import Obstacle

MOST_NOTE = 4000


@transaction.atomic
def review(project_id: int, *, note: str, actor: Actor) -> Project:
    """Say what was found about the last rollback; where no review is due nothing changes."""
    project = _locks.project(project_id)
    permissions.require(actor, "rollback.review", project)
    if project.review_due_on is None:
        return project
    rollback = Move.objects.filter(project=project, kind=MoveKind.ROLLBACK).order_by("-at", "-pk").first()
    if found := _obstacles(note, rollback, actor):
        first = found[0]
        raise Refused(f"{first.message} {first.remedy}", code=first.code, obstacles=found)
    due_on, project.review_due_on = project.review_due_on, None
    project.version += 1
    project.save(update_fields=["review_due_on", "version"])
    events.record(
        project,
        "rollback.reviewed",
        actor,
        move=rollback.pk if rollback else None,
        rolled_back_by=rollback.actor_id if rollback else None,
        due_on=due_on.isoformat(),
        note=note.strip(),
        version=project.version,
    )
    flags.refresh(project, actor=actor, says=True)
    return project


def _obstacles(note: str, rollback: Move | None, actor: Actor) -> list[Obstacle]:
    found = []
    if rollback is not None and actor.user_id is not None and rollback.actor_id == actor.user_id:
        message = "Whoever rolled back does not review it."
        found.append(Obstacle("own_rollback", message, "Let somebody else look at it."))
    if not note.strip():
        found.append(Obstacle("note_needed", "It is not said what was found.", "Write it down.", "note"))
    if len(note) > MOST_NOTE:
        remedy = f"Keep it to {MOST_NOTE} characters."
        found.append(Obstacle("too_long", "The note is too long.", remedy, "note"))
    return found
