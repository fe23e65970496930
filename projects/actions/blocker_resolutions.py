"""The end of a blocker: resolved, accepted by those who may, and opened again."""

from datetime import date, datetime

from django.db import transaction

from projects import permissions
from projects.actions import _blockers, flags
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Blocker, Project
from projects.models.blockers import POLICY
from projects.queries import scoring
from projects.rules import blocker_checks, clocks, roles
from projects.rules import blockers as rules
from projects.rules.clocks import Escalation

ACCEPTED = "accepted"
AGREEMENT = "acceptance_needed"


@transaction.atomic
def resolve(
    blocker_id: int, *, resolution: str, actor: Actor, on: date | None = None, note: str = ""
) -> Blocker:
    """Close a blocker, today or on an earlier day; closed in the same way already is no change.

    An accepted one keeps its weight in the scores until its project passes a gate with it.
    """
    held = _blockers.lock(blocker_id, actor)
    permissions.require(actor, "blocker.edit", held.project)
    blocker, note = held.blocker, note.strip()
    if not blocker.is_open:
        if blocker.resolution == resolution:
            return blocker
        said = blocker.get_resolution_display().lower()
        raise Refused(f"Somebody resolved it already: {said}. Open it again first.", code="resolved")
    day = on or held.today
    found = rules.resolve_obstacles(
        POLICY,
        severity=blocker.severity,
        resolution=resolution,
        raised_on=blocker.raised_on,
        resolved_on=day,
        today=held.today,
        agreed=blocker.accepted_by,
    )
    if note:
        found += blocker_checks.text_obstacles(note, "note", missing="")
    needs_others = any(obstacle.code == AGREEMENT for obstacle in found)
    _blockers.refuse(found, code=AGREEMENT if needs_others else _blockers.WRONG)
    blocker.resolution, blocker.resolved_on = resolution, day
    blocker.resolved_by_id, blocker.resolution_note = actor.user_id, note
    _blockers.save(blocker, "resolution", "resolved_on", "resolved_by", "resolution_note")
    _blockers.record(held, "blocker.resolved", actor, resolution=resolution, on=day.isoformat())
    _blockers.rescore(held, held.others.values(), actor)
    return blocker


@transaction.atomic
def agree(blocker_id: int, *, role: str, actor: Actor) -> Blocker:
    """Agree, in a role that one stands for, that a critical blocker is accepted; two people are needed."""
    held = _blockers.lock(blocker_id, actor)
    permissions.require(actor, "blocker.edit", held.project)
    blocker = held.blocker
    _blockers.refuse_resolved(blocker)
    if blocker.severity != "critical":
        raise Refused("Only a critical blocker needs agreement to be accepted.", code="not_critical")
    if role not in POLICY.accept_critical:
        known = " or ".join(POLICY.accept_critical)
        raise Refused(f"Agree as {known}.", code="role_unknown")
    label = roles.label(role).lower()
    if actor.user is None or role not in permissions.stands_for(actor.user, held.project):
        raise NotAllowed(f"Only the {label} of {held.project.key} agrees to this.")
    if role in blocker.accepted_by:
        return blocker
    if actor.user_id in blocker.accepted_by.values():
        raise NotAllowed(f"You have agreed in another role. Another person has to agree as the {label}.")
    blocker.accepted_by = {**blocker.accepted_by, role: actor.user_id}
    _blockers.save(blocker, "accepted_by")
    _blockers.record(held, "blocker.agreed", actor, role=role)
    flags.refresh(held.project, actor=actor, says=True)
    return blocker


@transaction.atomic
def reopen(blocker_id: int, *, actor: Actor, reason: str) -> Blocker:
    """Open a blocker again: within two weeks it goes on from its first start, later it begins anew."""
    held = _blockers.lock(blocker_id, actor)
    permissions.require(actor, "blocker.edit", held.project)
    blocker, reason = held.blocker, reason.strip()
    if blocker.resolved_on is None:
        return blocker
    missing = "Say what has come back."
    _blockers.refuse(blocker_checks.text_obstacles(reason, "reason", missing=missing))
    clock, escalation = _blockers.clock_of(blocker), _blockers.escalation_of(blocker)
    goes_on = clocks.keeps_start(POLICY, blocker.resolved_on, held.today)
    if not goes_on:
        clock = clocks.reopen(POLICY, clock, blocker.resolved_on, held.today)
        escalation, blocker.responded_on = Escalation(), None
    was = {"resolution": blocker.resolution, "on": blocker.resolved_on.isoformat()}
    was |= {"raised_on": blocker.raised_on.isoformat()}
    steps = _blockers.put_steps(blocker, clock, escalation, held.today)
    blocker.resolution, blocker.resolved_on, blocker.resolved_by = "", None, None
    blocker.resolution_note, blocker.accepted_by, blocker.named_at = "", {}, None
    blocker.reopened += 1
    _blockers.save(blocker, *_REOPENED, *_blockers.CLOCK)
    _blockers.record(held, "blocker.reopened", actor, reason=reason, was=was, goes_on=goes_on)
    _blockers.tell(held, steps, actor)
    _blockers.rescore(held, held.others.values(), actor)
    return blocker


def name_accepted(project: Project, at: datetime) -> None:
    """A gate was passed with what people had accepted: from now on it weighs nothing in the scores.

    For a locked project; no statement where its stored score knows of no accepted blocker.
    """
    counted = scoring.assessment(project).record.get("blockers", [])
    if any(blocker["is_accepted"] for blocker in counted):
        own = Blocker.objects.filter(project=project, resolution=ACCEPTED, named_at=None)
        own.update(named_at=at)


_REOPENED = (
    "raised_on",
    "responded_on",
    "resolution",
    "resolved_on",
    "resolved_by",
    "resolution_note",
    "accepted_by",
    "named_at",
    "reopened",
)
