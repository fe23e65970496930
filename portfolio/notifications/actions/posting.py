"""Posting to chats: claimed, tried and ticked off like mails, each chat at its own pace.

A chat that is slow or away costs nobody else a turn: one worker at a time speaks to it, after a failure all
that waits for it waits with what failed, and mails go out in rounds of their own.
"""

import logging
import time
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from portfolio import outgoing
from portfolio.notifications.actions import deliveries
from portfolio.notifications.actions.messages import POST_TASK
from portfolio.notifications.models import Channel, ChatHook, Delivery, State
from portfolio.notifications.rules import chat_formats
from portfolio.wake import wake
from projects import events
from projects.actors import Actor

log = logging.getLogger(__name__)
# After so many posts in a row that were given up, more than a day has gone: somebody has to look.
MOST_PARKED = 3
# Then the next round begins, behind the mails that have come meanwhile.
ROUND_SECONDS = 60.0
STOPPED = "This chat was stopped because it did not answer."
PRODUCT = Actor.system("worker")


def send_due() -> int:
    """Post what is due, no chat twice after a failure; how many went."""
    sent, silent = 0, set()
    until = time.monotonic() + ROUND_SECONDS
    for delivery_id, hook_id in due(timezone.now()):
        if time.monotonic() >= until:
            break
        claimed = None if hook_id in silent else deliveries.claim(delivery_id, timezone.now())
        if claimed is None:
            continue
        if _post(claimed):
            sent += 1
        else:
            silent.add(hook_id)
    if sent and due(timezone.now()):
        wake(POST_TASK)
    return sent


def due(now: datetime) -> list[tuple[int, int | None]]:
    """The next posts that a worker could send now, with their chats; none of a chat that is spoken to."""
    spoken_to = Delivery.objects.filter(channel=Channel.CHAT, state=State.WAITING, lease_until__gte=now)
    waiting = deliveries.ready(now).filter(channel=Channel.CHAT, hook__disabled_at=None)
    free = waiting.exclude(hook__in=spoken_to.values("hook"))
    return list(free.order_by("not_before", "pk").values_list("pk", "hook")[: deliveries.ROUND])


def _post(delivery: Delivery) -> bool:
    """Send one claimed post; whether its chat took it."""
    hook = delivery.hook
    if hook is None or not deliveries.may_go(delivery):
        return deliveries.withhold(delivery)
    post = chat_formats.read(delivery.subject, delivery.text)
    body = chat_formats.body(hook.style, post)
    answer = outgoing.request("POST", hook.url, body=body, headers=outgoing.JSON)
    now = timezone.now()
    if answer.error:
        is_mine = deliveries.fail(delivery, now, error=answer.error, wait=answer.wait)
        _after_failure(delivery, hook, now)
    else:
        is_mine = deliveries.complete(delivery, now)
        ChatHook.objects.filter(pk=hook.pk).exclude(failures=0).update(failures=0)
    if not is_mine:
        log.warning("Delivery %s was claimed by another worker; its post may come twice.", delivery.pk)
    return not answer.error


def _after_failure(delivery: Delivery, hook: ChatHook, now: datetime) -> None:
    """The others wait as long as this one; once it is given up, it counts against the chat."""
    delivery.refresh_from_db(fields=["state", "not_before"])
    if delivery.state == State.PARKED:
        _count(hook, now)
        return
    others = Delivery.objects.filter(hook=hook, state=State.WAITING, lease_until=None)
    others.filter(not_before__lt=delivery.not_before).update(not_before=delivery.not_before)


@transaction.atomic
def _count(hook: ChatHook, now: datetime) -> None:
    """One more post in a row that was given up; after the third nothing goes until somebody has looked."""
    ChatHook.objects.filter(pk=hook.pk).update(failures=F("failures") + 1)
    stopped = ChatHook.objects.filter(pk=hook.pk, failures__gte=MOST_PARKED, disabled_at=None)
    if not stopped.update(disabled_at=now):
        return
    waiting = Delivery.objects.filter(hook=hook, state=State.WAITING)
    waiting.update(state=State.PARKED, lease_until=None, token="", last_error=STOPPED)
    events.record(hook.portfolio, "chat_hook.disabled", PRODUCT, hook=hook.pk, name=hook.name)
