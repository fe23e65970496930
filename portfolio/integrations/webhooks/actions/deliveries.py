"""Events for webhooks: one delivery for each event and each webhook that wants it, written by the drain."""

from collections.abc import Collection, Sequence
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
    hooks, now = _listening({event.portfolio_id for event in events} - {None}), timezone.now()
    rows = [
        delivery(hook, event, now)
        for event in events
        for hook, begins in hooks
        if event.portfolio_id == hook.portfolio_id
        and (not hook.kinds or event.kind in hook.kinds)
        and begins < (event.position or 0)
    ]
    WebhookDelivery.objects.bulk_create(rows, ignore_conflicts=True)
    for hook_id in sorted({row.webhook_id for row in rows}):
        wake(TASK, hook_id)


def _listening(portfolios: Collection[int | None]) -> list[tuple[Webhook, int]]:
    """Webhooks that are on, each with where it begins: the place of its own making in the feed."""
    hooks = list(Webhook.objects.filter(portfolio__in=portfolios, disabled_at=None))
    made = Event.objects.filter(pk__in=[hook.told_after for hook in hooks if hook.told_after])
    places = dict(made.values_list("pk", "position"))
    found = ((hook, places.get(hook.told_after or 0, 0)) for hook in hooks)
    # Nothing can stand behind what has no place yet.
    return [(hook, begins) for hook, begins in found if begins is not None]


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
