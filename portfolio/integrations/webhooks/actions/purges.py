"""Messages of webhooks that nobody looks up any more; their events are kept."""

from datetime import datetime

from portfolio.integrations.models import WebhookDelivery
from portfolio.integrations.webhooks.queries.logs import KEPT

# Rows in one statement: nobody waits long for the table.
CHUNK = 1_000


def purge(now: datetime) -> int:
    """Delete a chunk of messages that were over a month ago, with their tries; how many rows."""
    old = WebhookDelivery.objects.filter(created_at__lt=now - KEPT).exclude(
        state=WebhookDelivery.State.WAITING
    )
    ids = list(old.order_by("created_at", "pk").values_list("pk", flat=True)[:CHUNK])
    return WebhookDelivery.objects.filter(pk__in=ids).delete()[0] if ids else 0
