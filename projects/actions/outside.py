"""People outside who have no account: asked about a blocker by a link, which is their only right."""

import uuid
from datetime import date, timedelta

from django.db import transaction

from projects import permissions
from projects.actions import _blockers, flags
from projects.actors import Actor
from projects.errors import Refused
from projects.models import BlockerNote, OutsideRequest
from projects.queries import outside as queries
from projects.rules import outside as rules

CLOSED = {
    rules.ANSWERED: "This was answered already.",
    rules.CALLED_OFF: "This question was called off.",
    rules.EXPIRED: "The time for an answer is over.",
    rules.OVER: "The blocker is not open any more.",
}


@transaction.atomic
def ask(blocker_id: int, *, email: str, question: str, actor: Actor, name: str = "") -> OutsideRequest:
    """Ask somebody outside about an open blocker; the mail goes once the event is heard."""
    held = _blockers.lock(blocker_id, actor)
    permissions.require(actor, "blocker.edit", held.project)
    _blockers.refuse_resolved(held.blocker)
    now = actor.now()
    said = {"email": email.strip().lower(), "question": question.strip(), "name": " ".join(name.split())}
    open_ones = queries.open_ones(held.blocker, now)
    by_them = OutsideRequest.objects.filter(asked_by=actor.user_id, asked_at__gt=now - timedelta(days=1))
    _blockers.refuse(rules.ask_obstacles(said))
    found = rules.limit_obstacles(
        open_ones=open_ones.count(),
        is_asked=open_ones.filter(email=said["email"]).exists(),
        today=by_them.count(),
    )
    _blockers.refuse(found, code="not_asked_now")
    row = OutsideRequest.objects.create(
        blocker=held.blocker,
        asked_by_id=actor.user_id,
        asked_at=now,
        expires_at=now + rules.OPEN_FOR,
        token_hash=uuid.uuid4().hex,  # The token is made from the id, which is known below.
        **said,
    )
    row.token_hash = queries.digest(queries.token(row.pk))
    row.save(update_fields=["token_hash"])
    _blockers.record(held, "blocker.asked_outside", actor, request=row.pk, name=row.name or row.email)
    return row


@transaction.atomic
def call_off(request_id: int, *, actor: Actor) -> OutsideRequest:
    """End a question; what is over already is no change."""
    known = OutsideRequest.objects.only("blocker_id").get(pk=request_id)
    held = _blockers.lock(known.blocker_id, actor)
    permissions.require(actor, "blocker.edit", held.project)
    row = _locked(request_id, held)
    if row.answered_at is not None or row.called_off_at is not None:
        return row
    row.called_off_at = actor.now()
    row.save(update_fields=["called_off_at"])
    _blockers.record(held, "blocker.called_off_outside", actor, request=row.pk, name=row.name or row.email)
    return row


@transaction.atomic
def answer(token: str, *, answer: str, actor: Actor, expected_on: date | None = None) -> OutsideRequest:
    """Write the answer into the blocker's log; the first response, if nobody has responded before.

    The token is the right to do it once: `actor` is the product itself, by the door "outside".
    """
    known = queries.behind(token)
    if known is None:
        raise OutsideRequest.DoesNotExist
    held = _blockers.lock(known.blocker_id, actor)
    permissions.require(actor, "blocker.edit", held.project)
    row, now = _locked(known.pk, held), actor.now()
    if (state := queries.state(row, now)) != rules.OPEN:
        raise Refused(CLOSED[state], code=state)
    text = answer.strip()
    _blockers.refuse(rules.answer_obstacles(text, expected_on, held.today))
    row.answered_at, row.answer, row.expected_on = now, text, expected_on
    row.save(update_fields=["answered_at", "answer", "expected_on"])
    _note(held, row, actor)
    return row


def _note(held: _blockers.Held, row: OutsideRequest, actor: Actor) -> None:
    blocker, day = held.blocker, row.expected_on
    when = f"\n\nExpected by {day.day} {day:%B} {day.year}." if day else ""
    line = BlockerNote.objects.create(
        blocker=blocker, text=f"{queries.who(row)}: {row.answer}{when}", at=actor.now()
    )
    blocker.responded_on = blocker.responded_on or held.today
    blocker.expected_on = day or blocker.expected_on
    _blockers.save(blocker, "responded_on", "expected_on")
    _blockers.record(
        held,
        "blocker.answered_outside",
        actor,
        request=row.pk,
        name=row.name or row.email,
        note=line.pk,
        expected_on=day.isoformat() if day else None,
    )
    flags.refresh(held.project, actor=actor, says=True)


def _locked(request_id: int, held: _blockers.Held) -> OutsideRequest:
    row = OutsideRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    row.blocker = held.blocker
    return row
