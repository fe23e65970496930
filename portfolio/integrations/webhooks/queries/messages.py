"""A delivery as it goes over the wire."""

from contextlib import suppress
from datetime import datetime

from portfolio import seals
from portfolio.integrations.events.rules import bodies
from portfolio.integrations.events.rules.bodies import Happened
from portfolio.integrations.models import Webhook, WebhookDelivery
from portfolio.integrations.webhooks.rules import signatures
from projects.models import Event

UNREADABLE = "The secret of this webhook cannot be read any more. Make a new one."


def of(delivery: WebhookDelivery, now: datetime) -> tuple[bytes, dict[str, str]]:
    """Body and headers, signed for this moment; raises seals.Broken."""
    hook = delivery.webhook
    said = body(delivery)
    message_id = signatures.message_id(hook.pk, delivery.event_id)
    return said, signatures.headers(message_id, now, said, secrets_of(hook, now))


def body(delivery: WebhookDelivery) -> bytes:
    """What is sent, or was: the event's row does not change, nor does what a version makes of it."""
    return bodies.body(happened(delivery.event), delivery.webhook.version)


def happened(event: Event) -> Happened:
    """An event with the names by which others know its portfolio and project."""
    return Happened(
        position=event.position or 0,
        kind=event.kind,
        at=event.at,
        portfolio=event.portfolio.slug if event.portfolio else "",
        project=event.project.key if event.project else None,
        by=event.actor_id,
        by_machine=event.by_machine,
        door=event.door,
        request_id=event.request_id,
        payload=event.payload,
    )


def secrets_of(hook: Webhook, now: datetime) -> list[str]:
    """The secret, and for a while after a rotation the one before; raises seals.Broken."""
    known = [seals.opened(hook.secret)]
    if hook.former_secret and hook.former_until and now < hook.former_until:
        # One that cannot be read any more must not keep the new one from being used.
        with suppress(seals.Broken):
            known.append(seals.opened(hook.former_secret))
    return known
