"""What binds other systems to portfolios: keys, calendars, webhooks both ways, model registries."""

from portfolio.integrations.models.calendar_feeds import CalendarFeed
from portfolio.integrations.models.keys import ApiKey
from portfolio.integrations.models.registries import ModelVersion, Registry, RegistryLink
from portfolio.integrations.models.sources import Source, SourceMessage
from portfolio.integrations.models.webhooks import Webhook, WebhookAttempt, WebhookDelivery

__all__ = [
    "ApiKey",
    "CalendarFeed",
    "ModelVersion",
    "Registry",
    "RegistryLink",
    "Source",
    "SourceMessage",
    "Webhook",
    "WebhookAttempt",
    "WebhookDelivery",
]
