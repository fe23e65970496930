"""Messages: written in the transaction of whatever tells of them, so that each is written once."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from portfolio.notifications import letters
from portfolio.notifications.models import Delivery, Enclosure, Message, Way
from portfolio.notifications.queries import preferences, rhythms
from portfolio.notifications.rules import topics
from portfolio.notifications.rules.rhythms import not_before
from portfolio.wake import wake

# Here and not beside the sending: whoever writes messages only has to know whom to wake.
SEND_TASK = "portfolio.tasks.send_messages"
POST_TASK = "portfolio.tasks.post_to_chats"


def write(messages: Sequence[Message], *, enclosure: Enclosure | None = None) -> None:
    """Write messages as each recipient wants them; what a person has been told already is left alone.

    A message that comes with a way keeps it: what tells of the past goes to nobody's mail.
    """
    if not messages:
        return
    chosen = preferences.of({message.recipient_id for message in messages})
    for message in messages:
        message.topic = topics.OF_KIND[message.kind]
        choice = chosen.choice(message.recipient_id, message.topic)
        message.in_inbox = choice.in_inbox
        message.way = message.way or choice.mail
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    if _deliver(messages, enclosure):
        wake(SEND_TASK)


def _deliver(messages: Sequence[Message], enclosure: Enclosure | None) -> int:
    """Mails for those that are to go at once; how many. Asked anew: some may have been written before."""
    causes = {message.cause for message in messages}
    people = {message.recipient_id for message in messages}
    written = Message.objects.filter(cause__in=causes, recipient__in=people, way=Way.NOW, delivery=None)
    found = list(written.select_related("project", "flag").order_by("pk"))
    if not found:
        return 0
    now, clocks = timezone.now(), rhythms.of({message.recipient_id for message in found})
    goes = {person: not_before(clock, now) for person, clock in clocks.items()}
    mails = [_mail(message, enclosure, goes[message.recipient_id]) for message in found]
    Delivery.objects.bulk_create(mails, ignore_conflicts=True)
    mails_of_these = Delivery.objects.filter(cause__in=causes, recipient__in=people)
    rows = mails_of_these.values_list("pk", "cause", "recipient")
    ids = {(cause, person): pk for pk, cause, person in rows}
    for message in found:
        message.delivery_id = ids[message.cause, message.recipient_id]
    Message.objects.bulk_update(found, ["delivery"], batch_size=500)
    return len(found)


def _mail(message: Message, enclosure: Enclosure | None, goes: datetime) -> Delivery:
    return Delivery(
        recipient_id=message.recipient_id,
        cause=message.cause,
        project_id=message.project_id,
        enclosure=enclosure,
        created_at=message.created_at,
        not_before=goes,
        **letters.of_message(message)._asdict(),
    )
