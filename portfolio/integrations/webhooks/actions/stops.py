"""Stopping a webhook whose messages are not taken, until somebody has looked."""

from datetime import datetime

from django.db.models import F

from portfolio import addresses
from portfolio.integrations.models import Webhook, WebhookDelivery
from portfolio.integrations.webhooks.rules.webhooks import MOST_PARKED
from projects import events
from projects.actors import Actor

PRODUCT = Actor.system("worker")
GONE = "It answered 410: this address is no longer used."
SILENT = f"{MOST_PARKED} messages in a row were not taken within 24 hours."
State = WebhookDelivery.State


def count(hook: Webhook, now: datetime, *, is_gone: bool) -> None:
    """One more message in a row that was given up; after too many, or a 410, nothing goes any more."""
    Webhook.objects.filter(pk=hook.pk).update(failures=F("failures") + 1)
    least = 0 if is_gone else MOST_PARKED
    why = GONE if is_gone else SILENT
    stopped = Webhook.objects.filter(pk=hook.pk, failures__gte=least, disabled_at=None)
    if not stopped.update(disabled_at=now, disabled_why=why):
        return
    park_all(hook, now)
    events.record(hook.portfolio, "webhook.disabled", PRODUCT, **named(hook), why=why)


def park_all(hook: Webhook, now: datetime) -> int:
    """Give up what waits, unless it is on its way; how many."""
    waiting = WebhookDelivery.objects.filter(webhook=hook, state=State.WAITING)
    idle = waiting.filter(lease_until=None) | waiting.filter(lease_until__lt=now)
    return idle.update(state=State.PARKED, over_at=now, lease_until=None, token="")


def named(hook: Webhook) -> dict[str, object]:
    """What an event holds of a webhook: never more of its address than the host."""
    return {"webhook": hook.pk, "name": hook.name, "host": addresses.host(hook.url)}
