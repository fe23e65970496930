"""Posting to webhooks: claimed, tried and ticked off, those of one project in their order.

No database commits together with another system: a worker killed between the answer and the tick leaves a
claim that runs out, and the message goes again under the same id. None is lost; that one may come twice.
"""

import logging
import secrets
import time
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from portfolio import outgoing, seals
from portfolio.integrations.models import Webhook, WebhookAttempt, WebhookDelivery
from portfolio.integrations.webhooks.actions import stops
from portfolio.integrations.webhooks.actions.deliveries import TASK
from portfolio.integrations.webhooks.queries import lanes, messages
from portfolio.integrations.webhooks.rules import webhooks as rules
from portfolio.outgoing import Answer
from portfolio.wake import wake

log = logging.getLogger(__name__)
State = WebhookDelivery.State
# Well above the ten seconds that a conversation may take.
LEASE = timedelta(minutes=1)
# Then the next round begins, behind the messages that other webhooks wait to send.
ROUND_SECONDS = 60.0
# An address that is away costs one worker ten seconds, and is left alone for so long.
AWAY = timedelta(minutes=1)
BUSY = (429, 503)
GONE = 410
LONGEST_ERROR = 300
# Then the other projects have their turn.
IN_A_ROW = 50
DIED = "The worker died again and again while it sent this."


def send_due(webhook_id: int) -> int:
    """Post what is due to one webhook, until nothing is or it does not answer; how many were taken."""
    sent, until = 0, time.monotonic() + ROUND_SECONDS
    while heads := lanes.due(webhook_id, timezone.now()):
        for delivery_id in heads:
            if time.monotonic() >= until:
                wake(TASK, webhook_id)
                return sent
            taken, is_away = _follow(delivery_id, until)
            sent += taken
            if is_away:
                return sent
    return sent


def _follow(delivery_id: int | None, until: float) -> tuple[int, bool]:
    """Post a message and those that waited for it, a few; how many were taken, and whether nobody answers."""
    sent = 0
    for _ in range(IN_A_ROW):
        if delivery_id is None or time.monotonic() >= until:
            break
        if (claimed := claim(delivery_id, timezone.now())) is None:
            break
        answer = _post(claimed)
        if answer.error:
            return sent, answer.status is None or answer.status in BUSY or answer.status == GONE
        sent += 1
        delivery_id = lanes.behind(claimed)
    return sent, False


def claim(delivery_id: int, now: datetime) -> WebhookDelivery | None:
    """Take a message whose turn it is and that nobody else is sending; None when it is not to be had."""
    token = uuid.uuid4().hex
    mine = {"token": token, "lease_until": now + LEASE}
    free = lanes.ready(now).filter(pk=delivery_id)
    if not free.update(attempts_made=F("attempts_made") + 1, **mine):
        return None
    rows = WebhookDelivery.objects.select_related("webhook__portfolio", "event__project", "event__portfolio")
    return rows.filter(pk=delivery_id, token=token).first()


def give_up(now: datetime) -> int:
    """Park the messages whose workers died again and again; how many."""
    lost = WebhookDelivery.objects.filter(lanes.free(now), attempts_made__gte=lanes.MOST_ATTEMPTS)
    ids = list(lost.values_list("pk", flat=True))
    parked = WebhookDelivery.objects.filter(pk__in=ids).update(
        state=State.PARKED, lease_until=None, over_at=now
    )
    WebhookAttempt.objects.bulk_create([WebhookAttempt(delivery_id=pk, at=now, error=DIED) for pk in ids])
    return parked


def _post(delivery: WebhookDelivery) -> Answer:
    """Send one claimed message and tick it off; what the other side said."""
    hook, began = delivery.webhook, time.monotonic()
    try:
        said, headers = messages.of(delivery, timezone.now())
        answer = outgoing.request("POST", hook.url, body=said, headers=headers)
    except seals.Broken:
        answer = Answer(error=messages.UNREADABLE)
    except Exception as unexpected:
        # What cannot be made must not keep the others from going.
        log.exception("Delivery %s of a webhook could not be made.", delivery.pk)
        answer = Answer(error=f"This message could not be made: {type(unexpected).__name__}.")
    took = round((time.monotonic() - began) * 1000)
    if not _tick(delivery, answer, took, timezone.now()):
        log.warning("Delivery %s was claimed by another worker; its message may come twice.", delivery.pk)
    return answer


@transaction.atomic
def _tick(delivery: WebhookDelivery, answer: Answer, took: int, now: datetime) -> bool:
    """Keep the attempt and what follows from it; False when another worker has claimed it meanwhile."""
    WebhookAttempt.objects.create(
        delivery=delivery,
        at=now,
        status=answer.status,
        milliseconds=took,
        answer=answer.body.decode("utf-8", errors="replace").replace("\x00", ""),
        error=answer.error[:LONGEST_ERROR],
    )
    if not answer.error:
        return _taken(delivery, now)
    return _refused(delivery, answer, now)


def _taken(delivery: WebhookDelivery, now: datetime) -> bool:
    Webhook.objects.filter(pk=delivery.webhook_id).exclude(failures=0).update(failures=0)
    return _own(delivery, state=State.SENT, over_at=now)


def _refused(delivery: WebhookDelivery, answer: Answer, now: datetime) -> bool:
    chance = secrets.randbelow(1000) / 1000
    again = rules.again_at(
        delivery.attempts_made, created_at=delivery.created_at, now=now, wait=answer.wait, chance=chance
    )
    if again is None or answer.status == GONE:
        is_mine = _own(delivery, state=State.PARKED, over_at=now)
        if is_mine:
            stops.count(delivery.webhook, now, is_gone=answer.status == GONE)
        return is_mine
    if answer.status is None or answer.status in BUSY:
        rest = now + max(AWAY, answer.wait)
        Webhook.objects.filter(pk=delivery.webhook_id).update(rests_until=rest)
    # Those of its project wait for it, however long that is: their rows need not say so.
    return _own(delivery, not_before=again)


def _own(delivery: WebhookDelivery, **changes: object) -> bool:
    """Change the row and end the claim, if it is still in force."""
    mine = WebhookDelivery.objects.filter(pk=delivery.pk, token=delivery.token, state=State.WAITING)
    return bool(mine.update(lease_until=None, token="", **changes))
