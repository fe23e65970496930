"""Sign-offs: people are told who is asked, what became of it, or that what they signed has changed."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from portfolio.notifications.actions import messages
from portfolio.notifications.actions.escalations import DOORS_OF_THE_PAST, one_line
from portfolio.notifications.models import Message, Way
from portfolio.notifications.queries import recipients
from projects.models import Event, SignOff
from projects.queries import facts
from projects.rules import roles

DECIDED = {
    "approved": "approved",
    "approved_with_conditions": "approved with conditions",
    "rejected": "rejected",
    "feedback_given": "feedback given",
}


class Told(NamedTuple):
    """One thing to say to one person."""

    event: Event
    signoff: SignOff
    person: int
    says: str  # what comes after the gate in the subject
    text: tuple[str, ...]


def tell(events: Sequence[Event]) -> None:
    """Write one message for each person of each event who may still see the project; never to who did it."""
    signoffs = _rows({pk for event in events for pk, _ in _people(event)})
    told = [
        TEXTS[event.kind](event, signoffs[pk], person)
        for event in events
        for pk, people in _people(event)
        if pk in signoffs
        for person in people
        if person is not None and person != event.actor_id
    ]
    allowed = recipients.may_be_told([(each.signoff.project, each.person) for each in told])
    messages.write([_message(each) for each in told if (each.signoff.project_id, each.person) in allowed])


def _people(event: Event) -> list[tuple[int, list[int]]]:
    """The sign-offs of an event, each with whom to tell."""
    said = event.payload
    if event.kind == "signoff.asked":
        return [(each["signoff"], each["people"]) for each in said["asked"]]
    if event.kind in ("signoff.decided", "signoff.withdrawn"):
        return [(said["signoff"], [said["requested_by"]])]
    return [(said.get("following", said["signoff"]), said["people"])]


def _rows(ids: Iterable[int]) -> dict[int, SignOff]:
    return SignOff.objects.select_related("project__portfolio", "requested_by", "signer").in_bulk(list(ids))


def _asked(event: Event, signoff: SignOff, person: int) -> Told:
    who = one_line(str(signoff.requested_by or "Somebody"))
    wanted = "asks you to sign" if signoff.is_binding else "invites your feedback"
    lines = (f"{who} {wanted} as {roles.label(signoff.role)}.", *_note(signoff))
    return Told(event, signoff, person, f"{_wanted(signoff)} as {roles.label(signoff.role)}", lines)


def _recused(event: Event, signoff: SignOff, person: int) -> Told:
    aside = one_line(str(event.actor or "Somebody"))
    lines = (f"{aside} stands aside from this decision, so it is yours as {roles.label(signoff.role)}.",)
    return Told(event, signoff, person, f"{_wanted(signoff)} as {roles.label(signoff.role)}", lines)


def _reminded(event: Event, signoff: SignOff, person: int) -> Told:
    days = (event.at - signoff.requested_at).days
    lines = (
        f"This has waited for your answer as {roles.label(signoff.role)} for {days} days.",
        *_note(signoff),
    )
    return Told(event, signoff, person, f"still waits for you as {roles.label(signoff.role)}", lines)


def _invalidated(event: Event, signoff: SignOff, person: int) -> Told:
    changed = ", ".join(event.payload["changed"])
    who = one_line(str(event.actor or "Somebody"))
    lines = (
        f"You signed as {roles.label(signoff.role)}. Since then {who} has changed: {one_line(changed)}.",
        "Your signature does not count any more. Look at the difference, and sign again if you agree.",
    )
    return Told(event, signoff, person, "what you signed has changed", lines)


def _decided(event: Event, signoff: SignOff, person: int) -> Told:
    said = DECIDED[event.payload["decision"]]
    name = roles.label(signoff.role)
    lines = [f"{one_line(str(signoff.signer))}, {name}: {said}."]
    if signoff.reason:
        lines.append(one_line(signoff.reason))
    if signoff.would_change:
        lines.append(f"What would change it: {one_line(signoff.would_change)}")
    return Told(event, signoff, person, f"{said} by {name}", tuple(lines))


def _withdrawn(event: Event, signoff: SignOff, person: int) -> Told:
    name = roles.label(signoff.role)
    lines = (
        f"{one_line(str(signoff.signer))} has withdrawn the signature as {name}.",
        one_line(signoff.withdrawn_reason),
    )
    return Told(event, signoff, person, f"signature of {name} withdrawn", lines)


TEXTS: dict[str, Callable[[Event, SignOff, int], Told]] = {
    "signoff.asked": _asked,
    "signoff.recused": _recused,
    "signoff.reminded": _reminded,
    "signoff.invalidated": _invalidated,
    "signoff.decided": _decided,
    "signoff.withdrawn": _withdrawn,
}
KINDS = frozenset(TEXTS)


def _message(told: Told) -> Message:
    signoff, project = told.signoff, told.signoff.project
    gate = _gate(signoff)
    head = f"Project: {project.key} {one_line(project.name)}\nGate: {gate}"
    return Message(
        recipient_id=told.person,
        kind=told.event.kind,
        cause=f"event:{told.event.pk}:{signoff.pk}",
        project=project,
        subject=f"[{project.key}] {gate}: {told.says}",
        text="\n\n".join([*told.text, head]) + "\n",
        path=f"/signoffs/{signoff.pk}/",
        created_at=told.event.at,
        way=Way.OFF if told.event.door in DOORS_OF_THE_PAST else "",
    )


def _gate(signoff: SignOff) -> str:
    gates = {gate.code: gate.label for gate in facts.workflow(signoff.project).gates}
    return gates.get(signoff.gate, signoff.gate)


def _wanted(signoff: SignOff) -> str:
    return "your signature is needed" if signoff.is_binding else "your feedback is invited"


def _note(signoff: SignOff) -> tuple[str, ...]:
    return (f"They write: {one_line(signoff.note)}",) if signoff.note else ()
