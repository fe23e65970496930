"""Digests: what waits for one goes out together, each message once, by its reader's own clock.

A digest claims its messages in the transaction that writes it, and its cause names its day: a second worker
finds both, a killed one leaves neither. What it says is looked up again when it is sent, with the rights and
flags of that moment.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import Min, QuerySet

from portfolio.notifications import letters
from portfolio.notifications.actions.messages import SEND_TASK
from portfolio.notifications.letters import Letter
from portfolio.notifications.models import Delivery, Message, Way
from portfolio.notifications.queries import digests, rhythms
from portfolio.notifications.queries import messages as message_queries
from portfolio.notifications.rules.rhythms import last_digest, not_before
from portfolio.wake import wake
from projects.actors import Actor

User = get_user_model()
WAYS = (Way.DAILY, Way.WEEKLY)
# Of a digest that its reader asked for.
ASKED = "digest:asked:"
# People in one step of the job; each costs a dozen queries, and a job says every few minutes that it lives.
CHUNK = 100


class Composed(NamedTuple):
    """How far a step came: whom it looked at last (None: at all), and how many digests it wrote."""

    after: int | None
    mails: int


def compose_due(now: datetime, *, after: int = 0) -> Composed:
    """Write the digests that are due to the next people for whom something waits."""
    waiting = Message.objects.filter(delivery=None, way__in=WAYS, recipient__gt=after)
    first = waiting.filter(recipient__is_active=True, recipient__is_service=False).order_by("recipient")
    people = list(first.values_list("recipient", flat=True).distinct()[:CHUNK])
    oldest = first.filter(recipient__in=people).values_list("recipient", "way").annotate(Min("created_at"))
    clocks, mails = rhythms.of(people), 0
    for person_id, way, written in oldest:
        day, moment = last_digest(clocks[person_id], way, now)
        if written <= moment:
            cause = f"digest:{way}:{day:%Y-%m-%d}"
            goes = not_before(clocks[person_id], now)
            mails += _compose(person_id, [way], cause, day, up_to=moment, now=now, goes=goes)
    return Composed(people[-1] if len(people) == CHUNK else None, mails)


def compose_now(*, actor: Actor, now: datetime) -> int:
    """Send somebody what waits for their digests, because they ask for it; 0 when nothing does."""
    day = now.astimezone(rhythms.of([actor.user_id])[actor.user_id].zone).date()
    cause = f"{ASKED}{now:%Y-%m-%dT%H:%M:%S.%f}"
    return _compose(actor.user_id, WAYS, cause, day, up_to=now, now=now, goes=now)


def refresh(delivery: Delivery, now: datetime) -> bool:
    """Say what its messages come to now; False when that is nothing, or its reader is gone."""
    person = delivery.recipient
    if person is None or not person.is_active:
        return False
    _, way, said = delivery.cause.split(":", 2)
    reader = Actor(person, "mail")
    with transaction.atomic():
        told = _told(reader, Message.objects.filter(delivery=delivery))
        letter = _letter(reader, told, way, date.fromisoformat(said[:10]), now)
        if letter is None:
            return False
        mine = Delivery.objects.filter(pk=delivery.pk, token=delivery.token)
        mine.update(**letter._asdict())
    delivery.subject, delivery.text, delivery.html = letter
    return True


def is_one(delivery: Delivery) -> bool:
    """Whether this is a digest."""
    return delivery.cause.startswith("digest:")


def _compose(
    person_id: int,
    ways: Collection[str],
    cause: str,
    day: date,
    *,
    up_to: datetime,
    now: datetime,
    goes: datetime,
) -> int:
    """Write one digest and claim its messages, unless it is there already or says nothing; how many."""
    if Delivery.objects.filter(recipient=person_id, cause=cause).exists():
        return 0
    waiting = Message.objects.filter(recipient=person_id, delivery=None, way__in=ways, created_at__lte=up_to)
    reader = _reader(person_id)
    try:
        with transaction.atomic():
            told = _told(reader, waiting)
            letter = _letter(reader, told, cause.split(":")[1], day, now)
            if letter is None:
                # Nothing of it is to be said any more, so it waits no longer.
                waiting.update(way=Way.OFF)
                return 0
            fields = {"cause": cause, "created_at": now, "not_before": goes, **letter._asdict()}
            mail = Delivery.objects.create(recipient_id=person_id, **fields)
            claimed = Message.objects.filter(pk__in=[message.pk for message in told], delivery=None)
            if claimed.update(delivery=mail) != len(told):
                raise _TakenError
    except (IntegrityError, _TakenError):
        return 0  # Another worker was faster.
    wake(SEND_TASK)
    return 1


class _TakenError(Exception):
    """Another digest has claimed the messages."""


def _told(reader: Actor, messages: QuerySet[Message]) -> list[Message]:
    """Those of which their reader may know now; of the others they are told nothing, now or later."""
    seen = message_queries.among(reader).filter(pk__in=messages.values("pk"))
    told = list(seen.select_related(*digests.RELATED).order_by("created_at", "pk"))
    messages.exclude(pk__in=[message.pk for message in told]).update(way=Way.OFF, delivery=None)
    return told


def _letter(reader: Actor, told: list[Message], way: str, day: date, now: datetime) -> Letter | None:
    digest = digests.of(reader, way, told, now, day)
    return None if digest.is_empty else letters.of_digest(reader.user_id, digest)


def _reader(person_id: int) -> Actor:
    return Actor(User.objects.get(pk=person_id), "mail")
