"""Sending mails: each is claimed by one worker for a while, sent outside any transaction, and ticked off.

Exactly one mail goes out as long as no worker is killed between the mail server's "accepted" and the tick:
no database can commit together with a mail server. Then the claim runs out and the mail goes again, with
the same Message-ID, so that a mailbox which looks at ids keeps one. None is lost; that one may come twice.
"""

import logging
import secrets
import uuid
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from portfolio.accounts import mails
from portfolio.notifications.actions import digests
from portfolio.notifications.actions.messages import POST_TASK, SEND_TASK
from portfolio.notifications.models import Channel, Delivery, EnclosedFile, Enclosure, State
from portfolio.notifications.queries import headers, outside, recipients, rhythms
from portfolio.notifications.rules.rhythms import not_before
from portfolio.wake import wake
from projects import permissions
from projects.actors import Actor

log = logging.getLogger(__name__)
# After each failure; a server that is down for a night is up again when the last attempt comes.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
MOST_ATTEMPTS = len(PAUSES) + 1
NO_WAIT = timedelta(0)
SPREAD_SECONDS = 30  # Half of the shortest pause.
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
    for delivery_id in ids:
        claimed = claim(delivery_id, timezone.now())
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
    waiting = ready(now).filter(channel=Channel.MAIL)
    return list(waiting.order_by("not_before", "pk").values_list("pk", flat=True)[:ROUND])


def ready(now: datetime) -> QuerySet[Delivery]:
    """What nobody is sending and may be tried now."""
    return Delivery.objects.filter(_free(now), not_before__lte=now, attempts__lt=MOST_ATTEMPTS)


def claim(delivery_id: int, now: datetime) -> Delivery | None:
    """Take a mail that is due and that nobody else is sending; None when it is not to be had."""
    token = uuid.uuid4().hex
    mine = {"token": token, "lease_until": now + LEASE, "tried_at": now}
    if not ready(now).filter(pk=delivery_id).update(attempts=F("attempts") + 1, **mine):
        return None
    rows = Delivery.objects.select_related("recipient", "hook", "project__portfolio")
    return rows.filter(pk=delivery_id, token=token).first()


def complete(delivery: Delivery, now: datetime) -> bool:
    """Tick the mail off; False when another worker has claimed it meanwhile."""
    return _own(delivery, state=State.SENT, sent_at=now, last_error="")


def fail(delivery: Delivery, now: datetime, *, error: str, wait: timedelta = NO_WAIT) -> bool:
    """Try again later, each time after a longer pause, and park it in the end; False as above.

    `wait` is what the other side asks for. A part of each pause is left to chance, so that what failed
    together does not come back together.
    """
    said = error[:LONGEST_ERROR]
    if delivery.attempts < MOST_ATTEMPTS:
        chance = timedelta(seconds=secrets.randbelow(SPREAD_SECONDS))
        again = now + max(PAUSES[delivery.attempts - 1] + chance, wait)
        return _own(delivery, not_before=again, last_error=said)
    return _own(delivery, state=State.PARKED, last_error=said)


def withhold(delivery: Delivery) -> bool:
    """Nobody is to be told of it any more; False as above."""
    return _own(delivery, state=State.WITHHELD, last_error="")


def may_go(delivery: Delivery) -> bool:
    """Rights as they are now: it may have waited, or have been parked, for days."""
    if delivery.address:
        return outside.may_go(delivery)
    if delivery.recipient is None:
        return delivery.project is None or delivery.project.deleted_at is None
    if digests.is_one(delivery):
        return digests.refresh(delivery, timezone.now())
    if delivery.project is None:
        return delivery.recipient.is_active
    pair = (delivery.project, delivery.recipient.pk)
    return bool(recipients.may_be_told([pair]))


def give_up(now: datetime) -> int:
    """Park the mails whose workers died again and again; how many."""
    lost = Delivery.objects.filter(_free(now), attempts__gte=MOST_ATTEMPTS)
    return lost.update(state=State.PARKED, lease_until=None, last_error=DIED)


def purge(now: datetime) -> int:
    """Delete files of mails that went long ago, or that nobody waits for any more; how many."""
    old = Enclosure.objects.filter(made_at__lt=now - KEEP_FILES)
    waiting = Delivery.objects.filter(enclosure__isnull=False, state=State.WAITING)
    return old.exclude(pk__in=waiting.values("enclosure")).delete()[1].get("notifications.Enclosure", 0)


def resend(*, actor: Actor, now: datetime, delivery_id: int | None = None) -> int:
    """Send a parked mail again, or all of them; how many."""
    permissions.require(actor, "operations.run")
    parked = Delivery.objects.filter(state=State.PARKED)
    if delivery_id is not None:
        parked = parked.filter(pk=delivery_id)
    asked = parked.update(state=State.WAITING, attempts=0, not_before=now, token="", lease_until=None)
    if asked:
        wake(SEND_TASK)
        wake(POST_TASK)
    return asked


def call_off(delivery_id: int, *, actor: Actor) -> bool:
    """Withhold what waits or was parked, on somebody's word; False when it went, or is on its way."""
    permissions.require(actor, "operations.run")
    waiting = Delivery.objects.filter(
        pk=delivery_id, state__in=[State.WAITING, State.PARKED], lease_until=None
    )
    said = f"Withheld by {actor.user}."[:LONGEST_ERROR]
    return bool(waiting.update(state=State.WITHHELD, token="", last_error=said))


def _send(delivery: Delivery) -> bool:
    """Send one claimed mail; whether the round may go on."""
    if not may_go(delivery):
        return withhold(delivery)
    if (until := _quiet_until(delivery, timezone.now())) is not None:
        return _own(delivery, not_before=until, attempts=delivery.attempts - 1)
    try:
        error = mails.send(
            _address(delivery),
            delivery.subject,
            delivery.text,
            html=delivery.html,
            headers=headers.of(delivery),
            files=_files(delivery),
        )
    except Exception as unexpected:
        # What no mail can carry must not keep the others from going.
        log.exception("Delivery %s could not be made into a mail.", delivery.pk)
        error = f"{type(unexpected).__name__}: {unexpected}"
    now = timezone.now()
    is_mine = fail(delivery, now, error=error) if error else complete(delivery, now)
    if not is_mine:
        log.warning("Delivery %s was claimed by another worker; its mail may come twice.", delivery.pk)
    return not error


def _quiet_until(delivery: Delivery, now: datetime) -> datetime | None:
    """The end of its reader's quiet hours: a worker that was away, or a new attempt, may come into them.

    What somebody has asked for goes at once.
    """
    if delivery.recipient_id is None or delivery.cause.startswith(digests.ASKED):
        return None
    until = not_before(rhythms.of([delivery.recipient_id])[delivery.recipient_id], now)
    return until if until > now else None


def _address(delivery: Delivery) -> str:
    return delivery.recipient.email if delivery.recipient else delivery.address


def _files(delivery: Delivery) -> list[tuple[str, bytes, str]]:
    if delivery.enclosure_id is None:
        return []
    files = EnclosedFile.objects.filter(enclosure=delivery.enclosure_id)
    return [(file.name, bytes(file.content), file.content_type) for file in files]


def _free(now: datetime) -> Q:
    return Q(state=State.WAITING) & (Q(lease_until=None) | Q(lease_until__lt=now))


def _own(delivery: Delivery, **changes: object) -> bool:
    """Change the row and end the claim, if it is still in force."""
    mine = Delivery.objects.filter(pk=delivery.pk, token=delivery.token, state=State.WAITING)
    return bool(mine.update(lease_until=None, token="", **changes))
