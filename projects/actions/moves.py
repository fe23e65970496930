"""Moves: every change of stage or status that somebody asks for, by whichever door."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from projects import events, permissions
from projects.actions import _bulk, _locks, _signoffs, _stays, blocker_resolutions, flags, scores
from projects.actors import Actor
from projects.errors import Refused, Stale
from projects.models import Hold, Move, Project, SignOff, Waiver
from projects.queries import changes, facts, gate_facts
from projects.rules import moves as rules

# What a move may change of a project's row, and what is kept of the move itself.
WRITTEN = (*_stays.COLUMNS, *scores.COLUMNS, *flags.COLUMNS)
MADE = tuple(field.name for field in Move._meta.concrete_fields if not field.primary_key)
EVENT_OF = {
    "advance": "stage.advanced",
    "back": "stage.moved_back",
    "hold": "project.held",
    "report": "stage.reported",
    "resume": "project.resumed",
    "stop": "project.stopped",
    "restart": "project.restarted",
    "rollback": "stage.rolled_back",
    "retire": "project.retired",
    "recertify": "project.recertified",
}


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a request: the plan, and the move if one was made.

    `move` is None when nothing had to change or the move was only tried; `is_repeat` says that the same
    external id had made this move before.
    """

    project: Project
    plan: rules.Plan
    move: Move | None
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from: a person or an integration with its own id for it."""

    actor: Actor
    source: str = ""
    external_id: str = ""
    body_hash: str = ""
    since: datetime | None = None
    precision: str = "day"
    approver: Any = None


@transaction.atomic
def make(
    project_id: int,
    *,
    actor: Actor,
    kind: str | None = None,
    to: str = "",
    reason_code: str = "",
    note: str = "",
    until: date | None = None,
    approver: Any = None,
    source: str = "",
    external_id: str = "",
    version: int | None = None,
    dry_run: bool = False,
) -> Made:
    """Move a project, or refuse with every obstacle; the same move again is no change and no error.

    Without `kind` it is one step forward. `version` is the one that the asker saw, where that matters.
    """
    project = _locks.project(project_id)
    ability = f"stage.{kind or 'advance'}"
    permissions.require(actor, ability if ability in permissions.MAY else "stage.advance", project)
    request = rules.MoveRequest(
        kind, to, reason_code, note, until, actor.user_id, *_approval(approver, project)
    )
    body_hash = _body_hash(request) if external_id else ""
    origin = Origin(actor, source, external_id, body_hash, approver=approver)
    if kind == "report":
        raise Refused("A stage is reported by an import.", code="unknown_kind")
    if external_id and (earlier := _earlier(project, origin)):
        return Made(project, plan(project, request, None, now=actor.now()), earlier, is_repeat=True)
    waiver, planned = None, plan(project, request, None, now=actor.now())
    # A waiver is looked for only where something stands in the way: most moves need none.
    if planned.obstacles and kind in (None, "advance") and (waiver := _waiver(project, to)):
        planned = plan(project, request, waiver, now=actor.now())
    if planned.no_change:
        return Made(project, planned, None)
    if version is not None and version != project.version:
        was_changed = f"{project.key} was changed since you opened it."
        raise Stale(was_changed, code="stale", obstacles=changes.since(project, version))
    if planned.obstacles:
        raise refusal(project, planned)
    if dry_run:
        return Made(project, planned, None)
    return Made(project, planned, carry_out(project, planned, request, origin, waiver))


def plan(project: Project, request: rules.MoveRequest, waiver: Waiver | None, *, now: datetime) -> rules.Plan:
    """What the rules say to a request; nothing is changed."""
    signed = (
        None
        if waiver is None
        else rules.Waiver(
            gates=tuple(waiver.gates),
            reason=waiver.reason,
            expires_on=waiver.expires_on,
            manager=waiver.manager_id,
            sponsor=waiver.sponsor_id,
        )
    )
    workflow, position = facts.workflow(project), facts.position(project)
    on_the_way = rules.gates_on_the_way(workflow, position, request)
    return rules.plan(
        workflow,
        position,
        request,
        gate_facts.of(project, on_the_way, now=now),
        today=facts.today(project, now),
        waiver=signed,
        calendar=facts.calendar(project.portfolio),
    )


def refusal(project: Project, planned: rules.Plan) -> Refused:
    """The refusal of a plan, naming every obstacle."""
    # A gate on the way that found something is the reason people look for first.
    if any(check.obstacles for check in planned.checks):
        return Refused(
            f"The gate is closed for {project.key}.", code="gate_closed", obstacles=planned.obstacles
        )
    first = planned.obstacles[0]
    return Refused(first.message, code="move_refused", obstacles=planned.obstacles)


@_bulk.together()
def carry_out(
    project: Project,
    planned: rules.Plan,
    request: rules.MoveRequest,
    origin: Origin,
    waiver: Waiver | None = None,
) -> Move:
    """Write a plan: spells and holds, the project's row, the move and its event."""
    now = origin.actor.now()
    since = origin.since or now
    shift = _stays.follow(
        project,
        planned,
        now=now,
        since=since,
        precision=origin.precision,
        pause=_pause(project, planned, request, origin),
    )
    _signoffs.close(project, planned, now)
    _stays.put(project, planned, now=now, since=since, shift=shift)
    if planned.kind == "advance":
        blocker_resolutions.name_accepted(project, now)
    if planned.used:
        signed = SignOff.objects.filter(pk__in=[each.ref for each in planned.used])
        signed.update(used_at=now, lives_until=planned.recertify_on)
    scored, flagged = scores.put(project, origin.actor), flags.put(project, origin.actor)
    used = waiver if planned.uses_waiver else None
    if used is not None:
        Waiver.objects.filter(pk=used.pk).update(used_at=now)
    move = row(project, planned, request, origin, used)
    (move.pk,) = _bulk.add_rows([move], MADE)
    said = payload(project, planned, request, origin, move)
    news = [events.build(project, EVENT_OF[planned.kind], origin.actor, **said)]
    _bulk.update([project], WRITTEN)
    if scored is not None:
        news += scores.keep(scored, origin.actor)
    if flagged is not None:
        news += flags.keep(project, flagged, origin.actor)
    _bulk.append_rows(news, events.COLUMNS)
    return move


def row(
    project: Project,
    planned: rules.Plan,
    request: rules.MoveRequest,
    origin: Origin,
    waiver: Waiver | None = None,
) -> Move:
    """The move of a plan, not yet saved."""
    return Move(
        project=project,
        kind=planned.kind,
        from_stage=planned.from_stage,
        to_stage=planned.to_stage,
        reason_code=request.reason_code,
        note=request.note.strip(),
        until=request.until,
        approver=origin.approver,
        waiver=waiver,
        obstacles=[asdict(found) for found in (*planned.warnings, *planned.recorded)],
        gate_examined=planned.kind != "report",
        outcome=planned.decision,
        gates=[_passed(check) for check in planned.checks],
        actor_id=origin.actor.user_id,
        source=origin.source,
        external_id=origin.external_id,
        body_hash=origin.body_hash,
        at=origin.actor.now(),
    )


def _passed(check: rules.GateCheck) -> dict[str, Any]:
    """A gate as its move remembers it: how it was treated, and which signatures on which packet counted."""
    return {
        "code": check.gate.code,
        "treatment": check.treatment,
        "packet": check.packet_hash,
        "signoffs": [each.ref for each in check.signed],
    }


def payload(
    project: Project, planned: rules.Plan, request: rules.MoveRequest, origin: Origin, move: Move
) -> dict[str, Any]:
    """What the event of a saved move says."""
    return {
        "move": move.pk,
        "came_from": planned.from_stage,
        "went_to": planned.to_stage,
        "status": project.status,
        "outcome": project.outcome,
        "decision": planned.decision,
        "reason_code": request.reason_code,
        "source": origin.source,
        "version": project.version,
    }


def _pause(project: Project, planned: rules.Plan, request: rules.MoveRequest, origin: Origin) -> Hold | None:
    """The hold that a plan begins, not yet saved."""
    if planned.hold_until is None:
        return None
    return Hold(
        project=project,
        reason=request.note.strip(),
        since=origin.actor.now(),
        resume_on=planned.hold_until,
        requested_by_id=origin.actor.user_id,
        approver=origin.approver,
    )


def _approval(approver: Any, project: Project) -> tuple[int | None, frozenset[str]]:
    if approver is None:
        return None, frozenset()
    return approver.pk, permissions.stands_for(approver, project)


def _earlier(project: Project, origin: Origin) -> Move | None:
    """The move that this external id made already; another request under the same id is refused."""
    move = Move.objects.filter(project=project, source=origin.source, external_id=origin.external_id).first()
    if move and move.body_hash != origin.body_hash:
        raise Refused(
            f"{origin.source or 'This source'} used the id {origin.external_id} for another move.",
            code="external_id_reused",
        )
    return move


def _waiver(project: Project, to: str) -> Waiver | None:
    """The newest unused waiver from here to there."""
    return Waiver.objects.filter(
        project=project, from_stage=project.stage, to_stage=to, used_at=None, signed_at__isnull=False
    ).first()


def _body_hash(request: rules.MoveRequest) -> str:
    said = {name: str(value) for name, value in asdict(request).items() if name != "approver_roles"}
    said["kind"] = request.kind or "advance"
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
