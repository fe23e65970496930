"""Messages carried out: each claimed by one worker, done in one transaction with its tick, so never twice.

Every rule that fits is done by itself: what one is refused takes nothing from the others. Work that was done
for a message is not done again when somebody has it carried out once more.
"""

import logging
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from portfolio.integrations.models import Source, SourceMessage
from portfolio.integrations.sources.actions import outcomes
from portfolio.integrations.sources.actions.receptions import TASK
from portfolio.integrations.sources.queries import sources, subjects
from portfolio.wake import wake
from projects import permissions
from projects.actors import Actor
from projects.errors import Refused

log = logging.getLogger(__name__)
State = SourceMessage.State
# What fails by itself, such as a database that is away, is over within the hour or needs somebody.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1_800))
MOST_ATTEMPTS = len(PAUSES) + 1
# Above the slowest message by far; a task ends before.
LEASE = timedelta(minutes=20)
ROUND = 50
KEEP = timedelta(days=90)
CHUNK = 1_000
FAILED = outcomes.entry(
    "failed", "Something went wrong, and nothing was done.", "Look at the worker's log, then do it again."
)


def carry_out_due() -> int:
    """Carry out what is due, the messages of one project in their order; how many."""
    done = 0
    ids = sources.due(timezone.now(), ROUND)
    for message_id in ids:
        claimed = claim(message_id, timezone.now())
        if claimed is not None:
            carry_out(claimed)
            done += 1
    if done and sources.due(timezone.now(), 1):
        wake(TASK)
    return done


def claim(message_id: int, now: datetime) -> SourceMessage | None:
    """Take a message that waits and that nobody else has; None when it is not to be had."""
    token = uuid.uuid4().hex
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    waiting = SourceMessage.objects.filter(
        free, pk=message_id, state=State.WAITING, attempts_made__lt=MOST_ATTEMPTS
    )
    mine = {"token": token, "lease_until": now + LEASE, "attempts_made": F("attempts_made") + 1}
    if not waiting.update(**mine):
        return None
    rows = SourceMessage.objects.select_related("source__portfolio", "source__user", "source__registry")
    return rows.filter(pk=message_id, token=token).first()


def carry_out(message: SourceMessage) -> bool:
    """Do a claimed message and tick it off; False when it failed or another worker has it now."""
    try:
        return _done(message)
    except Exception:
        # A message that breaks a worker must neither be lost nor keep the others from their turn.
        log.exception("Message %s could not be carried out.", message.pk)
        _fail(message, timezone.now())
        return False


def give_up(now: datetime) -> int:
    """End the messages whose workers died again and again; how many."""
    lost = SourceMessage.objects.filter(
        state=State.WAITING, attempts_made__gte=MOST_ATTEMPTS, lease_until__lt=now
    )
    return lost.update(state=State.FAILED, outcome=[FAILED], token="", lease_until=None, over_at=now)


@transaction.atomic
def again(message_id: int, *, actor: Actor) -> SourceMessage:
    """Have a message carried out once more, by the rules of now; what it did is not done again."""
    message = SourceMessage.objects.select_for_update(of=("self",)).get(pk=message_id)
    source = Source.objects.select_related("portfolio").get(pk=message.source_id)
    permissions.require(actor, "source.manage", source.portfolio)
    if message.state == State.WAITING:
        return message
    if source.disabled_at is not None:
        raise Refused("This source is paused. Let it go on first.", code="source_paused")
    message.state, message.attempts_made, message.not_before = State.WAITING, 0, timezone.now()
    message.over_at, message.token, message.lease_until = None, "", None
    message.project = subjects.first(source, message.kind, message.body)
    message.save(
        update_fields=[
            *("state", "attempts_made", "not_before", "over_at", "token", "lease_until", "project"),
        ]
    )
    wake(TASK)
    return message


def try_out(
    source: Source, *, rules: Sequence[Mapping[str, Any]], kind: str, body: Any, actor: Actor
) -> list[dict[str, Any]]:
    """What these rules would do with a message: everything is really done, and then taken back."""
    permissions.require(actor, "source.manage", source.portfolio)
    tried = SourceMessage(source=source, external_id=f"try-{uuid.uuid4().hex}", kind=kind, body=body)
    with transaction.atomic():
        outcome = outcomes.of(tried, rules)
        transaction.set_rollback(True)
    return outcome


def purge(now: datetime) -> int:
    """Delete a chunk of messages that are long over; how many, 0 when none is left. Called until then."""
    old = SourceMessage.objects.filter(received_at__lt=now - KEEP).exclude(state=State.WAITING)
    ids = list(old.order_by("pk").values_list("pk", flat=True)[:CHUNK])
    return SourceMessage.objects.filter(pk__in=ids).delete()[0]


@transaction.atomic
def _done(message: SourceMessage) -> bool:
    """All of it, its outcome and its tick together, if the claim still holds."""
    mine = SourceMessage.objects.select_for_update().filter(
        pk=message.pk, token=message.token, state=State.WAITING
    )
    if not mine.exists():
        log.warning("Message %s was claimed by another worker.", message.pk)
        return False
    outcome = outcomes.of(message, message.source.rules)
    over = {"lease_until": None, "token": "", "over_at": timezone.now()}
    mine.update(outcome=outcome, state=outcomes.state(outcome), **over)
    return True


def _fail(message: SourceMessage, now: datetime) -> None:
    """Try again later, each time after a longer pause, and give up in the end."""
    mine = SourceMessage.objects.filter(pk=message.pk, token=message.token, state=State.WAITING)
    if message.attempts_made < MOST_ATTEMPTS:
        mine.update(not_before=now + PAUSES[message.attempts_made - 1], token="", lease_until=None)
        return
    outcome = [*outcomes.kept(message), FAILED]
    mine.update(state=State.FAILED, outcome=outcome, over_at=now, token="", lease_until=None)
