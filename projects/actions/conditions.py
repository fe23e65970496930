"""Conditions of signatures: closed by their signer, or by whoever has the role after them."""

from django.db import transaction

from projects import events
from projects.actions import _signoffs, flags
from projects.actors import Actor
from projects.errors import NotAllowed
from projects.models import Condition
from projects.queries import facts, signatories
from projects.rules import roles
from projects.rules.facts import Obstacle

MOST_NOTE = 2000


@transaction.atomic
def close(condition_id: int, *, actor: Actor, note: str = "") -> Condition:
    """Say that what was asked for has been done; closed already is no change."""
    person = _signoffs.a_person(actor)
    signoff_id = Condition.objects.values_list("signoff_id", flat=True).get(pk=condition_id)
    signoff = _signoffs.held(signoff_id, actor, "signoff.decide")
    condition = Condition.objects.select_for_update().get(pk=condition_id)
    condition.signoff = signoff
    project = signoff.project
    today = facts.today(project, actor.now())
    if signoff.signer_id != person:
        people = {each.user_id for each in signatories.of(project, [signoff.role], today)[signoff.role]}
        if person not in people or signoff.signer_id in people:
            who = f"{signoff.signer}, who set it," if signoff.signer else "its signer"
            raise NotAllowed(f"Only {who} can close this, or who is {roles.label(signoff.role)} after them.")
    if len(note) > MOST_NOTE:
        remedy = f"Keep it to {MOST_NOTE} characters."
        _signoffs.refuse([Obstacle("too_long", "The note is too long.", remedy, "note")], "condition_refused")
    if condition.closed_on is None:
        condition.closed_on, condition.closed_by_id = today, person
        condition.closing_note = note.strip()
        condition.save(update_fields=["closed_on", "closed_by", "closing_note"])
        said = {"condition": condition.pk, "text": condition.text, "note": condition.closing_note}
        events.record(project, "condition.closed", actor, **_signoffs.named(signoff), **said)
        flags.refresh(project, actor=actor, says=True)
    return condition
