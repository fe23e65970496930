"""Status updates: posted, never edited."""

from datetime import date

from django.db import transaction

from projects import events, permissions
from projects.actions import _locks, flags
from projects.actors import Actor
from projects.errors import Refused
from projects.models import SPOKEN_HEALTH, Project, StatusUpdate
from projects.queries import facts

# By then nobody has written a sentence for four updates' time: in a pilot four weeks, at first four months.
MOST_WITHOUT_CHANGE = 3


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
    newest = StatusUpdate.objects.filter(project=project, corrections=None).order_by("-at", "-pk")
    last = list(newest[:MOST_WITHOUT_CHANGE])
    today = facts.today(project, actor.now())
    if last and last[0].is_no_change and facts.today(project, last[0].at) == today:
        return last[0]
    # Moves and evidence are news too: it is true only of the time since the last of all that.
    since = facts.today(project, project.last_update_at)
    _check_no_change(project, last, is_news_of_today=since == today)
    text = f"No change since {since.day} {since:%B %Y}."
    return _write(project, StatusUpdate(health=last[0].health, text=text, is_no_change=True), actor)


def _check_no_change(project: Project, last: list[StatusUpdate], *, is_news_of_today: bool) -> None:
    """It repeats what somebody has said, and not for ever."""
    if not last:
        raise Refused(f"Nobody has said how {project.key} stands yet. Post an update.", code="no_update_yet")
    if is_news_of_today:
        raise Refused(f"{project.key} has news of today, which count as an update.", code="changed_today")
    if len(last) == MOST_WITHOUT_CHANGE and all(update.is_no_change for update in last):
        raise Refused(
            f"The last {MOST_WITHOUT_CHANGE} updates of {project.key} say that nothing has changed. "
            "Post one that says how it stands.",
            code="too_often_no_change",
        )


def _write(project: Project, update: StatusUpdate, actor: Actor) -> StatusUpdate:
    """Keep an update of a locked project, and what follows from it."""
    update.project, update.author = project, actor.user
    update.stage, update.at = project.stage, actor.now()
    update.save(force_insert=True)
    before, project.health = project.health, update.health
    project.last_update_at = update.at
    project.version += 1
    project.save(update_fields=["health", "last_update_at", "version"])
    said = {"no_change": True} if update.is_no_change else {}
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
