"""Status updates: posted, never edited."""

from datetime import date

from django.db import transaction

from projects import events, permissions
from projects.actions import _locks, flags
from projects.actors import Actor
from projects.errors import Refused
from projects.models import SPOKEN_HEALTH, Project, StatusUpdate


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
    now = actor.now()
    update = StatusUpdate.objects.create(
        project=project,
        author_id=actor.user_id,
        health=health,
        text=text.strip(),
        next_step=next_step.strip(),
        at_risk=at_risk.strip(),
        next_proof_on=next_proof_on,
        corrects_id=corrects,
        stage=project.stage,
        at=now,
    )
    before, project.health = project.health, health
    project.last_update_at = now
    project.version += 1
    project.save(update_fields=["health", "last_update_at", "version"])
    kind = "update.corrected" if corrects else "update.posted"
    events.record(
        project,
        kind,
        actor,
        update=update.pk,
        health=[before, health],
        version=project.version,
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
