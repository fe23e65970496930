"""Events for webhooks: one delivery for each event and each webhook that wants it, written by the drain."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from portfolio.integrations.models import Webhook, WebhookDelivery
from portfolio.wake import wake
from projects.events import KINDS as ALL
from projects.models import Event

TASK = "portfolio.tasks.post_webhooks"
KINDS = frozenset(ALL)


def anybody_listens() -> bool:
    """Whether there is a webhook at all: all that an installation without one pays; one statement."""
    return Webhook.objects.filter(disabled_at=None).exists()


def tell(events: Sequence[Event]) -> None:
    """Write a delivery for each webhook of the events' portfolios that is on and wants the kind."""
    portfolios = {event.portfolio_id for event in events}
    hooks = list(Webhook.objects.filter(portfolio__in=portfolios - {None}, disabled_at=None))
    now = timezone.now()
    rows = [
        delivery(hook, event, now)
        for event in events
        for hook in hooks
        if event.portfolio_id == hook.portfolio_id and (not hook.kinds or event.kind in hook.kinds)
    ]
    WebhookDelivery.objects.bulk_create(rows, ignore_conflicts=True)
    for hook_id in sorted({row.webhook_id for row in rows}):
        wake(TASK, hook_id)


def delivery(hook: Webhook, event: Event, now: datetime, *, replay: int = 0) -> WebhookDelivery:
    """A row that is not yet written: this event, for this webhook."""
    return WebhookDelivery(
        webhook=hook,
        event=event,
        project_id=event.project_id,
        kind=event.kind,
        position=event.position or 0,
        replay=replay,
        created_at=now,
        not_before=now,
    )
