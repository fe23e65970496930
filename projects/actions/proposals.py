"""Proposals: made by machines and assistants, carried out or declined by a person, lapsed by time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from projects import events, permissions
from projects.actions import _locks, answers, blockers, moves, snoozes, todos, updates
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Project, Proposal
from projects.queries import proposals
from projects.rules import proposals as rules
from projects.rules.facts import Obstacle

OPEN, LAPSED = Proposal.State.OPEN, Proposal.State.LAPSED
DECIDED = ("state", "decided_by", "decided_at", "note")


@transaction.atomic
def propose(
    project_id: int,
    *,
    kind: str,
    body: Mapping[str, Any],
    reason: str = "",
    cause: str,
    actor: Actor,
    expires_at: datetime | None = None,
) -> Proposal:
    """Word a change for a person to decide on; the same cause, or the same open change, is one proposal.

    `body` is what the REST API takes for this change. Refused with every field that is wrong.
    """
    project = _locks.project(project_id)
    permissions.require(actor, "proposal.make", project)
    now, cause, reason, body = actor.now(), cause.strip(), reason.strip(), _tidy(body)
    found = proposals.obstacles(project, kind, body)
    made = Q(cause=cause)
    if not found:  # what is refused may hold what no database takes
        made |= Q(kind=kind, body=body, state=OPEN, expires_at__gt=now)
    if known := Proposal.objects.filter(made, project=project).first():
        return known
    until = expires_at or now + rules.LIVES
    _refuse([*found, *rules.said_obstacles(cause, reason), *rules.life_obstacles(until, now)])
    if Proposal.objects.filter(project=project, state=OPEN).count() >= rules.MOST_OPEN:
        raise Refused(f"{rules.MOST_OPEN} proposals wait already for {project.key}.", code="too_many_open")
    proposal = Proposal.objects.create(
        project=project,
        kind=kind,
        body=body,
        reason=reason,
        cause=cause,
        proposed_by_id=actor.user_id,
        door=actor.door,
        proposed_at=now,
        expires_at=until,
    )
    _record(proposal, "proposal.made", actor, body=body, reason=reason)
    return proposal


@transaction.atomic
def confirm(proposal_id: int, *, actor: Actor) -> Proposal:
    """Carry it out as the person who confirms, with what they may do and what the gates say.

    A refusal of the change rises as it is, and the proposal stays open. Confirmed already is no change.
    """
    proposal = _held(proposal_id, actor)
    if proposal.state == Proposal.State.CONFIRMED:
        return proposal
    _refuse_decided(proposal, actor)
    says = proposals.words(proposal)
    is_done = _carry_out(proposal, actor)
    state = Proposal.State.CONFIRMED if is_done else LAPSED
    note = "" if is_done else "There was nothing left to change."
    _decide(proposal, state, note, actor, says)
    return proposal


@transaction.atomic
def decline(proposal_id: int, *, actor: Actor, note: str = "") -> Proposal:
    """Say no, and why where that helps whoever proposed it. Declined already is no change."""
    proposal = _held(proposal_id, actor)
    if proposal.state == Proposal.State.DECLINED:
        return proposal
    _refuse_decided(proposal, actor)
    _refuse(rules.said_obstacles(proposal.cause, note.strip(), "note"))
    _decide(proposal, Proposal.State.DECLINED, note.strip(), actor, proposals.words(proposal))
    return proposal


@transaction.atomic
def withdraw(project_id: int, *, cause: str, note: str, actor: Actor) -> int:
    """Take back one's own open proposals whose causes begin so, for what they rested on is gone; how many."""
    project = _locks.project(project_id)
    permissions.require(actor, "proposal.make", project)
    mine = {"proposed_by_id": actor.user_id, "door": actor.door, "cause__startswith": cause}
    found = list(Proposal.objects.select_for_update().filter(project=project, state=OPEN, **mine))
    for proposal in found:
        proposal.project = project
        _decide(proposal, LAPSED, note, actor, proposals.words(proposal))
    return len(found)


def lapse_due(*, actor: Actor, limit: int = 500) -> int:
    """Let those lapse whose time is over, or whose project has come to where they mean nothing; how many."""
    return sum(_lapse(pk, actor) for pk in proposals.due_to_lapse(actor.now())[:limit])


@transaction.atomic
def _lapse(proposal_id: int, actor: Actor) -> bool:
    """Look again under the lock: somebody may have decided meanwhile."""
    project_id = Proposal.objects.values_list("project_id", flat=True).get(pk=proposal_id)
    rows = Project.objects.select_for_update(of=("self",)).select_related("portfolio")
    project = rows.get(pk=project_id)
    permissions.require(actor, "proposal.decide", project)
    proposal = Proposal.objects.get(pk=proposal_id)
    proposal.project = project
    if proposal.state != OPEN:
        return False
    note = "Nobody decided in time." if proposal.expires_at <= actor.now() else "The project has moved on."
    _decide(proposal, LAPSED, note, actor, proposals.words(proposal))
    return True


def _held(proposal_id: int, actor: Actor) -> Proposal:
    """The proposal and its project, locked, for a person who may decide on it."""
    project_id = Proposal.objects.values_list("project_id", flat=True).get(pk=proposal_id)
    project = _locks.project(project_id)
    if actor.is_machine:
        raise NotAllowed(
            "A person decides on proposals. Sign in and decide on the page.", code="person_needed"
        )
    permissions.require(actor, "proposal.decide", project)
    proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal_id)
    proposal.project = project
    return proposal


def _refuse_decided(proposal: Proposal, actor: Actor) -> None:
    if proposal.state != OPEN:
        said = proposal.get_state_display().lower()
        raise Refused(f"This proposal is {said} already.", code="proposal_decided")
    if proposal.expires_at <= actor.now():
        raise Refused("This proposal has lapsed: nobody decided in time.", code="proposal_lapsed")


def _carry_out(proposal: Proposal, actor: Actor) -> bool:
    """Do what is proposed by its own action; false where nothing was left to change."""
    project, kind = proposal.project, proposal.kind
    said, lacks = proposals.with_people(project, rules.read(kind, proposal.body))
    _refuse(lacks)
    if kind == "move":
        return moves.make(project.pk, actor=actor, **said).move is not None
    if kind == "answer":
        answers.give(project.pk, given=answers.Given(**said), actor=actor)
    elif kind == "snooze":
        snoozes.snooze(said.pop("flag"), actor=actor, **said)
    else:
        do: Any = {"update": updates.post, "blocker": blockers.raise_, "todo": todos.add}[kind]
        do(project.pk, actor=actor, **said)
    return True


def _decide(proposal: Proposal, state: str, note: str, actor: Actor, says: str) -> None:
    proposal.state, proposal.note = state, note
    proposal.decided_by_id, proposal.decided_at = actor.user_id, actor.now()
    proposal.save(update_fields=DECIDED)
    _record(proposal, f"proposal.{state}", actor, says=says, note=note)


def _record(proposal: Proposal, kind: str, actor: Actor, *, says: str = "", **said: Any) -> None:
    words = says or proposals.words(proposal)
    named = {"proposal": proposal.pk, "change": proposal.kind, "says": words, "cause": proposal.cause}
    events.record(proposal.project, kind, actor, **named, by=proposal.proposed_by_id, **said)


def _tidy(body: Any) -> Any:
    """Without what says nothing, and without blanks around texts: the same change is the same body."""
    if not isinstance(body, Mapping):
        return body  # The rules say what is wrong with it.
    said = {name: value.strip() if isinstance(value, str) else value for name, value in body.items()}
    return {name: value for name, value in said.items() if value not in (None, "")}


def _refuse(found: list[Obstacle]) -> None:
    if found:
        only = found[0]
        message = f"{only.message} {only.remedy}" if len(found) == 1 else "This cannot be proposed."
        raise Refused(message, code="proposal_refused", obstacles=found)
