"""Webhooks out: addresses to which a portfolio's events are posted, and each post with all its attempts."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Webhook(models.Model):
    """An address of another system, told of a portfolio's events as they happen (Standard Webhooks)."""

    portfolio = models.ForeignKey("projects.Portfolio", on_delete=models.CASCADE, related_name="webhooks")
    name = models.CharField(max_length=80)
    url = models.CharField(max_length=1000)
    # Kinds of events; an empty list is every kind.
    kinds = models.JSONField(default=list, blank=True)
    # Of the payload's schema; a new one never changes what an address already receives.
    version = models.PositiveSmallIntegerField(default=1)
    # Sealed (portfolio/seals.py): what is sent is signed with it, so a hash would not do.
    secret = models.TextField()
    former_secret = models.TextField(blank=True)
    former_until = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    # The event of its making or of its being switched on: what stands before it in the feed is not sent,
    # also when it is drained later. Empty where everything is.
    told_after = models.BigIntegerField(null=True)
    # An address that does not answer, or asks for time, is left alone until then, with all its messages.
    rests_until = models.DateTimeField(null=True)
    # Deliveries given up in a row; after too many of them nothing goes until somebody has looked.
    failures = models.PositiveSmallIntegerField(default=0)
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class WebhookDelivery(models.Model):
    """One event for one address; the body is made from the event's row, which never changes.

    Those of one project go in the order of the feed: a later one waits until the one before is over.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        PARKED = "parked", "Given up"

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    event = models.ForeignKey("projects.Event", on_delete=models.CASCADE, related_name="+", db_index=False)
    project = models.ForeignKey(
        "projects.Project", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=40)
    # Of the feed: the order in which they go.
    position = models.BigIntegerField()
    # Sent again by somebody: a number of its own, the same event and the same message id.
    replay = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    not_before = models.DateTimeField(default=timezone.now, help_text="When it is tried, once it is first.")
    attempts_made = models.PositiveSmallIntegerField(default=0)
    token = models.CharField(max_length=32, blank=True, help_text="Of the claim in force.")
    lease_until = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-position", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["webhook", "event", "replay"], name="an_event_goes_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sent", "parked"]), name="webhook_state_is_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["webhook", "project", "position"],
                condition=Q(state="waiting"),
                name="webhook_deliveries_in_order",
            ),
            # The log has these too, behind a month of what was sent.
            models.Index(
                fields=["webhook", "position"], condition=Q(state="waiting"), name="webhook_deliveries_next"
            ),
            # Whether somebody speaks to a webhook: the few rows that are in hand, not all that wait.
            models.Index(
                fields=["webhook"], condition=Q(lease_until__isnull=False), name="webhook_deliveries_in_hand"
            ),
            models.Index(fields=["webhook", "-position"], name="webhook_deliveries_log"),
            models.Index(fields=["created_at"], name="webhook_deliveries_by_age"),
        ]


class WebhookAttempt(models.Model):
    """One try of a delivery, and what came back."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField(default=timezone.now)
    # None: no answer came; `error` says why.
    status = models.PositiveSmallIntegerField(null=True)
    milliseconds = models.PositiveIntegerField(default=0)
    answer = models.TextField(blank=True, help_text="The beginning of it.")
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
