"""Sending mails: each is claimed by one worker for a while, sent outside any transaction, and ticked off.

Exactly one mail goes out as long as no worker is killed between the mail server's "accepted" and the tick:
no database can commit together with a mail server. Then the claim runs out and the mail goes again, with
the same Message-ID, so that a mailbox which looks at ids keeps one. None is lost; that one may come twice.
"""

import logging
import uuid
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from portfolio.accounts import mails
from portfolio.notifications.actions.messages import SEND_TASK
from portfolio.notifications.models import EnclosedFile, Enclosure, MailState, Message
from portfolio.notifications.queries import recipients
from portfolio.wake import wake
from projects import permissions
from projects.actors import Actor

log = logging.getLogger(__name__)
# After each failure; a server that is down for a night is up again when the last attempt comes.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
MOST_ATTEMPTS = len(PAUSES) + 1
# Above the slowest conversation: a mail server has ten seconds for each of about eight answers.
LEASE = timedelta(minutes=5)
# A round of so many ends well within a task's time limit.
ROUND = 50
LONGEST_ERROR = 2_000
# A parked mail can be sent again with its files for so long; what they show is on its page for ever.
KEEP_FILES = timedelta(days=30)
DIED = f"The worker died {MOST_ATTEMPTS} times while it sent this. Look at its log, then send it again."


def send_due() -> int:
    """Send the mails that are due; how many went.

    A failure ends the round: with a server that is away each would cost its whole timeout. The next tick
    goes on with the others.
    """
    sent, ids = 0, due(timezone.now())
    for message_id in ids:
        claimed = claim(message_id, timezone.now())
        if claimed is None:
            continue
        if not _send(claimed):
            return sent
        sent += 1
    if len(ids) == ROUND:
        wake(SEND_TASK)
    return sent


def due(now: datetime) -> list[int]:
    """The next mails that a worker could send now, longest due first."""
    waiting = Message.objects.filter(_free(now), not_before__lte=now, attempts__lt=MOST_ATTEMPTS)
    return list(waiting.order_by("not_before", "pk").values_list("pk", flat=True)[:ROUND])


def claim(message_id: int, now: datetime) -> Message | None:
    """Take a mail that is due and that nobody else is sending; None when it is not to be had."""
    token = uuid.uuid4().hex
    taken = Message.objects.filter(
        _free(now), pk=message_id, not_before__lte=now, attempts__lt=MOST_ATTEMPTS
    ).update(token=token, lease_until=now + LEASE, attempts=F("attempts") + 1, tried_at=now)
    if not taken:
        return None
    rows = Message.objects.select_related("recipient", "project__portfolio")
    return rows.filter(pk=message_id, token=token).first()


def complete(message: Message, now: datetime) -> bool:
    """Tick the mail off; False when another worker has claimed it meanwhile."""
    return _own(message, mail_state=MailState.SENT, sent_at=now, last_error="")


def fail(message: Message, now: datetime, *, error: str) -> bool:
    """Try again later, each time after a longer pause, and park the mail in the end; False as above."""
    said = error[:LONGEST_ERROR]
    if message.attempts < MOST_ATTEMPTS:
        return _own(message, not_before=now + PAUSES[message.attempts - 1], last_error=said)
    return _own(message, mail_state=MailState.PARKED, last_error=said)


def give_up(now: datetime) -> int:
    """Park the mails whose workers died again and again; how many."""
    lost = Message.objects.filter(_free(now), attempts__gte=MOST_ATTEMPTS)
    return lost.update(mail_state=MailState.PARKED, lease_until=None, last_error=DIED)


def purge(now: datetime) -> int:
    """Delete files of mails that went long ago, or that nobody waits for any more; how many."""
    old = Enclosure.objects.filter(made_at__lt=now - KEEP_FILES)
    waiting = Message.objects.filter(enclosure__isnull=False, mail_state=MailState.WAITING)
    return old.exclude(pk__in=waiting.values("enclosure")).delete()[1].get("notifications.Enclosure", 0)


def resend(*, actor: Actor, now: datetime, message_id: int | None = None) -> int:
    """Send a parked mail again, or all of them; how many."""
    permissions.require(actor, "operations.run")
    parked = Message.objects.filter(mail_state=MailState.PARKED)
    if message_id is not None:
        parked = parked.filter(pk=message_id)
    asked = parked.update(
        mail_state=MailState.WAITING, attempts=0, not_before=now, token="", lease_until=None
    )
    if asked:
        wake(SEND_TASK)
    return asked


def _send(message: Message) -> bool:
    """Send one claimed mail; whether the round may go on."""
    if not _may_still_be_told(message):
        return _own(message, mail_state=MailState.WITHHELD, last_error="")
    try:
        error = mails.send(
            message.recipient.email,
            message.subject,
            _text(message),
            headers=_headers(message),
            files=_files(message),
        )
    except Exception as unexpected:
        # What no mail can carry must not keep the others from going.
        log.exception("Message %s could not be made into a mail.", message.pk)
        error = f"{type(unexpected).__name__}: {unexpected}"
    now = timezone.now()
    is_mine = fail(message, now, error=error) if error else complete(message, now)
    if not is_mine:
        log.warning("Message %s was claimed by another worker; its mail may come twice.", message.pk)
    return not error


def _may_still_be_told(message: Message) -> bool:
    """Rights as they are now: a mail may have waited, or have been parked, for days."""
    if message.project is None:
        return message.recipient.is_active
    pair = (message.project, message.recipient_id)
    return bool(recipients.may_be_told([pair]))


def _text(message: Message) -> str:
    return f"{message.text}\n{settings.BASE_URL}{message.path}\n" if message.path else message.text


def _files(message: Message) -> list[tuple[str, bytes, str]]:
    if message.enclosure_id is None:
        return []
    files = EnclosedFile.objects.filter(enclosure=message.enclosure_id)
    return [(file.name, bytes(file.content), file.content_type) for file in files]


def _headers(message: Message) -> dict[str, str]:
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    name = f"message-{message.pk}-{message.created_at:%Y%m%d%H%M%S%f}"
    # The second one keeps automatic replies, such as "out of office", from being sent back.
    return {"Message-ID": f"<{name}@{host}>", "Auto-Submitted": "auto-generated"}


def _free(now: datetime) -> Q:
    return Q(mail_state=MailState.WAITING) & (Q(lease_until=None) | Q(lease_until__lt=now))


def _own(message: Message, **changes: object) -> bool:
    """Change the row and end the claim, if it is still in force."""
    mine = Message.objects.filter(pk=message.pk, token=message.token, mail_state=MailState.WAITING)
    return bool(mine.update(lease_until=None, token="", **changes))
