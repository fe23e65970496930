"""What is said and answered about webhooks over REST; a secret goes in and comes out once."""

# This module's name is in names of the API's description (projects/api/shared_names.py): clients know them.

from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from portfolio import addresses
from portfolio.integrations.models import WebhookDelivery
from portfolio.integrations.webhooks.queries import webhooks as queries
from portfolio.integrations.webhooks.rules import webhooks as rules
from projects.api import inputs
from projects.api.cursors import PageQuery
from projects.api.inputs import In
from projects.events import KINDS
from projects.models import Portfolio

ADDRESS = "Where messages are posted. What follows a ? in it is never returned."
SECRET = "As Standard Webhooks has it: whsec_ and base64. Left out, one is made."  # noqa: S105
SHOWN_ONCE = "Null when the same Idempotency-Key comes again: no answer that is kept holds it."
UNTESTED = "Keep it though the test message is not taken."
EVERYTHING = "Kinds of events; an empty list is every kind."


def _kinds(**options: Any) -> serializers.ListField:
    return serializers.ListField(
        child=inputs.Choice(list(KINDS)), max_length=len(KINDS), help_text=EVERYTHING, **options
    )


class WebhookIn(In):
    """An address and what it is told."""

    url = serializers.CharField(max_length=addresses.LONGEST, help_text=ADDRESS)
    name = serializers.CharField(max_length=rules.LONGEST_NAME, default="", allow_blank=True)
    kinds = _kinds(default=list)
    secret = serializers.CharField(max_length=120, default="", allow_blank=True, help_text=SECRET)
    untested = serializers.BooleanField(default=False, help_text=UNTESTED)


class WebhookChanges(In):
    """What is to change."""

    url = serializers.CharField(max_length=addresses.LONGEST, required=False, help_text=ADDRESS)
    name = serializers.CharField(max_length=rules.LONGEST_NAME, required=False)
    kinds = _kinds(required=False)
    untested = serializers.BooleanField(default=False, help_text=UNTESTED)
    is_on = serializers.BooleanField(required=False, help_text="Whether messages are posted.")
    resend = serializers.BooleanField(default=False, help_text="Once it is on again, send what it missed.")


class TryIn(In):
    """An address to be tried before it is kept."""

    url = serializers.CharField(max_length=addresses.LONGEST, help_text=ADDRESS)
    secret = serializers.CharField(max_length=120, default="", allow_blank=True, help_text=SECRET)


class RotateIn(In):
    """How long the former secret is signed with as well."""

    overlap_hours = serializers.IntegerField(
        min_value=0, max_value=rules.LONGEST_OVERLAP_HOURS, default=rules.USUAL_OVERLAP_HOURS
    )
    secret = serializers.CharField(max_length=120, default="", allow_blank=True, help_text=SECRET)


class ReplayIn(In):
    """From when on."""

    since = serializers.DateTimeField(help_text="Every event since then is sent again.")


class DeliveryQuery(PageQuery):
    """Which messages."""

    state = inputs.Choice(list(WebhookDelivery.State.values), required=False)
    kind = inputs.Choice(list(KINDS), required=False)
    project = serializers.CharField(max_length=20, required=False, help_text="Key of a project.")


class LastOut(serializers.Serializer[Any]):
    """The last try of the newest message that was tried."""

    at = serializers.DateTimeField()
    status = serializers.IntegerField(allow_null=True, help_text="Null: no answer came.")
    milliseconds = serializers.IntegerField()
    error = serializers.CharField(help_text="What went wrong; empty when it was taken.")


class WebhookOut(serializers.Serializer[Any]):
    """A webhook and how its messages fare."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    url = serializers.CharField(help_text="Without what follows a ?.")
    kinds = serializers.ListField(child=serializers.CharField(), help_text=EVERYTHING)
    version = serializers.IntegerField(help_text="Of the messages.")
    is_on = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    disabled_at = serializers.DateTimeField(allow_null=True)
    disabled_why = serializers.CharField()
    former_secret_until = serializers.DateTimeField(
        allow_null=True, help_text="Until then messages carry the former secret's signature as well."
    )
    rests_until = serializers.DateTimeField(
        allow_null=True, help_text="It did not answer, or asked for time: nothing is sent before."
    )
    waiting = serializers.IntegerField(help_text="Messages that wait.")
    parked = serializers.IntegerField(help_text="Messages that were given up.")
    last = LastOut(allow_null=True)


class WebhooksOut(serializers.Serializer[Any]):
    """All webhooks of a portfolio."""

    items = WebhookOut(many=True)


class NewWebhookOut(WebhookOut):
    """A webhook with its secret, which is shown this once."""

    secret = serializers.CharField(allow_null=True, help_text=SHOWN_ONCE)


class SecretOut(serializers.Serializer[Any]):
    """A new secret, shown this once."""

    secret = serializers.CharField(allow_null=True, help_text=SHOWN_ONCE)
    former_secret_until = serializers.DateTimeField(allow_null=True)


class TriedOut(serializers.Serializer[Any]):
    """How a test went."""

    taken = serializers.BooleanField()
    status = serializers.IntegerField(allow_null=True)
    error = serializers.CharField(help_text="What went wrong; empty when it was taken.")


class ReplayedOut(serializers.Serializer[Any]):
    """How many messages go again."""

    sent = serializers.IntegerField()


class DeliveryOut(serializers.Serializer[Any]):
    """One message."""

    id = serializers.IntegerField()
    message_id = serializers.CharField(help_text="webhook-id: the same however often it is sent.")
    kind = serializers.CharField()
    project = serializers.CharField(allow_null=True)
    position = serializers.IntegerField(help_text="Of its event in the feed: the order in which they go.")
    state = serializers.CharField(help_text="waiting, sent, or parked (given up).")
    attempts = serializers.IntegerField()
    replay = serializers.IntegerField(help_text="How often it was asked for again.")
    created_at = serializers.DateTimeField()
    next_at = serializers.DateTimeField(
        allow_null=True, help_text="When it is tried next; null while it waits for another."
    )
    over_at = serializers.DateTimeField(allow_null=True)
    waits_for = serializers.IntegerField(
        allow_null=True, help_text="Id of the delivery of the same project that has to be over first."
    )


class DeliveryPage(serializers.Serializer[Any]):
    """One part of the log."""

    items = DeliveryOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class AttemptOut(LastOut):
    """One try and what came back."""

    answer = serializers.CharField(help_text="The beginning of it.")


class OneDeliveryOut(DeliveryOut):
    """One message with its body and all its tries."""

    body = serializers.DictField()
    tries = AttemptOut(many=True)


EXAMPLE = OpenApiExample(
    "A data warehouse that wants moves",
    {
        "url": "https://dwh.example.com/in/ml",
        "name": "Warehouse",
        "kinds": ["stage.advanced"],
        "untested": True,
    },
    request_only=True,
)


def webhook(portfolio: Portfolio, webhook_id: int) -> dict[str, Any]:
    """One webhook as it is answered."""
    return row(next(each for each in queries.of(portfolio) if each.hook.pk == webhook_id))


def row(each: queries.Row) -> dict[str, Any]:
    """A row of the list."""
    hook, attempt = each.hook, each.attempt
    names = ("name", "kinds", "version", "created_at", "disabled_at", "disabled_why", "rests_until")
    said = {
        "id": hook.pk,
        "url": queries.shown(hook.url),
        "is_on": each.is_on,
        "former_secret_until": hook.former_until,
        "waiting": each.waiting,
        "parked": each.parked,
        "last": attempt,
        **{name: getattr(hook, name) for name in names},
    }
    return dict(WebhookOut(said).data)
