"""Deputies: both sides are told when somebody else has named a deputy, or has ended it."""

from collections.abc import Sequence
from datetime import date

from django.contrib.auth import get_user_model

from portfolio.notifications.actions import messages
from portfolio.notifications.actions.escalations import DOORS_OF_THE_PAST, one_line
from portfolio.notifications.models import Message, Way
from projects.models import Event
from projects.rules import roles

KINDS = frozenset({"delegation.given", "delegation.ended"})


def tell(events: Sequence[Event]) -> None:
    """Write one message for each of the two who is here and has not done it; nobody's role is lent unseen."""
    sides = [(event, side) for event in events for side in ("person", "deputy")]
    asked = {event.payload[side] for event, side in sides}
    here = set(get_user_model().objects.filter(pk__in=asked, is_active=True).values_list("pk", flat=True))
    messages.write(
        [
            _message(event, side)
            for event, side in sides
            if event.payload[side] in here and event.payload[side] != event.actor_id
        ]
    )


def _message(event: Event, side: str) -> Message:
    said = event.payload
    is_deputy, is_over = side == "deputy", event.kind == "delegation.ended"
    who = "You" if is_deputy else one_line(said["deputy_name"])
    whom = one_line(said["person_name"]) if is_deputy else "you"
    verb = ("no longer " if is_over else "") + ("sign" if is_deputy else "signs")
    where = f"as {roles.label(said['role'])} for {whom} in {one_line(str(event.portfolio))}"
    days = f"from {_day(said['from_on'])} to {_day(said['to_on'])}"
    done = "has ended this" if is_over else f"has named the deputy, {days}"
    return Message(
        recipient_id=said[side],
        kind=event.kind,
        cause=f"event:{event.pk}",
        subject=f"{who} {verb} {where}"[:300],
        text=f"{who} {verb} {where}.\n\n{one_line(str(event.actor or 'Plimsoll'))} {done}.\n",
        path="/profile/",
        created_at=event.at,
        way=Way.OFF if event.door in DOORS_OF_THE_PAST else "",
    )


def _day(said: str) -> str:
    day = date.fromisoformat(said)
    return f"{day.day} {day:%b %Y}"
