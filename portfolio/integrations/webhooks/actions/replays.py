"""Sending again: one message, or all events since a moment, as new deliveries under the same message ids."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Min, QuerySet
from django.utils import timezone

from portfolio.integrations.models import Webhook, WebhookDelivery
from portfolio.integrations.webhooks.actions import deliveries
from portfolio.wake import wake
from projects import permissions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Event

# A day of a large portfolio; who needs more reads the feed of events, which is made for it.
MOST = 10_000
State = WebhookDelivery.State


@transaction.atomic
def one(delivery_id: int, *, actor: Actor) -> WebhookDelivery:
    """Send a message once more; one that still waits goes now, if its turn has come."""
    delivery = WebhookDelivery.objects.select_related("webhook__portfolio", "event").get(pk=delivery_id)
    hook, now = _allowed(delivery.webhook, actor), timezone.now()
    if delivery.state == State.WAITING:
        idle = WebhookDelivery.objects.filter(pk=delivery_id, state=State.WAITING, lease_until=None)
        idle.update(not_before=now)
        Webhook.objects.filter(pk=hook.pk).update(rests_until=None)
        wake(deliveries.TASK, hook.pk)
        return delivery
    _write(hook, [delivery.event], now)
    return WebhookDelivery.objects.filter(webhook=hook, event=delivery.event_id).latest("replay")


@transaction.atomic
def since(webhook_id: int, *, at: datetime, actor: Actor) -> int:
    """Send every event since a moment, those included that were never sent; how many."""
    hook = _allowed(Webhook.objects.select_related("portfolio").get(pk=webhook_id), actor)
    return write(hook, at, timezone.now())


def write(hook: Webhook, at: datetime, now: datetime) -> int:
    """Write a delivery for each event since a moment that does not wait already; how many."""
    waiting = WebhookDelivery.objects.filter(webhook=hook, state=State.WAITING)
    rows = _wanted(hook).filter(at__gte=at).exclude(pk__in=waiting.values("event")).order_by("position")
    found = list(rows[: MOST + 1])
    if len(found) > MOST:
        message = f"These are more than {MOST:,} events. Choose a later moment, or read GET /api/v1/events."
        raise Refused(message, code="too_many_events")
    return _write(hook, found, now)


def missed_since(hook: Webhook) -> datetime | None:
    """The moment of the first event that a stopped webhook did not deliver."""
    rows = WebhookDelivery.objects.filter(webhook=hook)
    last = rows.filter(state=State.SENT).aggregate(at=Max("over_at"))["at"]
    lost = rows.filter(state=State.PARKED)
    if last:
        lost = lost.filter(over_at__gt=last)
    first = lost.aggregate(at=Min("event__at"))["at"]
    return min((at for at in (first, hook.disabled_at) if at), default=None)


def _wanted(hook: Webhook) -> QuerySet[Event]:
    rows = Event.objects.filter(portfolio=hook.portfolio_id, position__isnull=False)
    return rows.filter(kind__in=hook.kinds) if hook.kinds else rows


def _write(hook: Webhook, events: Collection[Event], now: datetime) -> int:
    before = WebhookDelivery.objects.filter(webhook=hook, event__in=[event.pk for event in events])
    numbers = dict(before.order_by().values_list("event").annotate(last=Max("replay")))
    rows = [deliveries.delivery(hook, event, now, replay=numbers.get(event.pk, -1) + 1) for event in events]
    WebhookDelivery.objects.bulk_create(rows, batch_size=500)
    if rows:
        wake(deliveries.TASK, hook.pk)
    return len(rows)


def _allowed(hook: Webhook, actor: Actor) -> Webhook:
    permissions.require(actor, "webhook.manage", hook.portfolio)
    if hook.disabled_at is not None:
        raise Refused("This webhook is switched off. Switch it on first.", code="webhook_is_off")
    return hook
