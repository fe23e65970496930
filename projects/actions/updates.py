"""Status updates: posted, never edited."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from projects import events, permissions
from projects.actions import _locks, flags
from projects.actors import Actor
from projects.errors import Refused
from projects.models import SPOKEN_HEALTH, Event, Project, StatusUpdate
from projects.queries import updates

# As long as somebody may still look at the page on which they clicked.
TAKEN_BACK_WITHIN = timedelta(minutes=10)


@transaction.atomic
def post(
    project_id: int,
    *,
    health: str,
    text: str,
    actor: Actor,
    next_step: str = "",
    at_risk: str = "",
    next_proof_on: date | None = None,
    corrects: int | None = None,
) -> StatusUpdate:
    """Say how a project stands. `corrects` names an earlier update that this one replaces."""
    project = _locks.project(project_id)
    permissions.require(actor, "update.post", project)
    if health not in dict(SPOKEN_HEALTH):
        raise Refused("Say on track, at risk or off track.", code="unknown_health")
    if not text.strip():
        raise Refused("Write at least one sentence.", code="text_missing")
    if corrects is not None:
        _check_correction(project, corrects)
    update = StatusUpdate(
        health=health,
        text=text.strip(),
        next_step=next_step.strip(),
        at_risk=at_risk.strip(),
        next_proof_on=next_proof_on,
        corrects_id=corrects,
    )
    return _write(project, update, actor)


@transaction.atomic
def no_change(project_id: int, *, actor: Actor) -> StatusUpdate:
    """Say with one click that nothing has changed; a second time on the same day is no second update."""
    project = _locks.project(project_id)
    permissions.require(actor, "update.post", project)
    found = updates.without_change(project, actor.now())
    if found.last and found.was_said_today:
        return found.last
    if found.obstacle:
        said = found.obstacle
        raise Refused(f"{said.message} {said.remedy}", code=said.code, obstacles=[said])
    return _write(project, StatusUpdate(health=found.health, text=found.text, is_no_change=True), actor)


@transaction.atomic
def take_back(update_id: int, *, actor: Actor) -> Project:
    """Unsay that nothing has changed: whoever clicked by mistake, a moment ago, while nothing followed it."""
    project_id = StatusUpdate.objects.values_list("project_id", flat=True).get(pk=update_id)
    project = _locks.project(project_id)
    permissions.require(actor, "update.post", project)
    update = StatusUpdate.objects.filter(pk=update_id).first()
    if update is None:
        return project  # Somebody was faster.
    posted = Event.objects.filter(project=project, kind="update.posted", payload__update=update_id).first()
    if not _may_be_taken_back(project, update, actor) or posted is None:
        raise Refused(
            "It can only be taken back by whoever said it, for a few minutes. Post an update.",
            code="not_taken_back",
        )
    update.delete()
    said_before = posted.payload["said_before"]
    project.last_update_at = datetime.fromisoformat(said_before) if said_before else None
    project.version += 1
    project.save(update_fields=["last_update_at", "version"])
    events.record(project, "update.taken_back", actor, update=update_id, version=project.version)
    flags.refresh(project, actor=actor)
    return project


def _may_be_taken_back(project: Project, update: StatusUpdate, actor: Actor) -> bool:
    is_theirs = update.is_no_change and update.author_id == actor.user_id
    # Anything that counts as an update moves this moment.
    is_last = project.last_update_at == update.at
    return is_theirs and is_last and actor.now() - update.at <= TAKEN_BACK_WITHIN


def _write(project: Project, update: StatusUpdate, actor: Actor) -> StatusUpdate:
    """Keep an update of a locked project, and what follows from it."""
    update.project, update.author = project, actor.user
    update.stage, update.at = project.stage, actor.now()
    update.save(force_insert=True)
    before, project.health = project.health, update.health
    said_before, project.last_update_at = project.last_update_at, update.at
    project.version += 1
    project.save(update_fields=["health", "last_update_at", "version"])
    said: dict[str, Any] = {}
    if update.is_no_change:
        said = {"no_change": True, "said_before": said_before.isoformat() if said_before else ""}
    events.record(
        project,
        "update.corrected" if update.corrects_id else "update.posted",
        actor,
        update=update.pk,
        health=[before, update.health],
        version=project.version,
        **said,
    )
    flags.refresh(project, actor=actor)
    return update


def _check_correction(project: Project, corrects: int) -> None:
    """Only the newest word can be corrected: an older one has been answered by what came after it."""
    latest = (
        StatusUpdate.objects.filter(project=project)
        .order_by("-at", "-pk")
        .values_list("pk", flat=True)
        .first()
    )
    if latest != corrects:
        raise Refused(
            "Only the latest update can be corrected. Post a new one.",
            code="not_the_latest",
        )
