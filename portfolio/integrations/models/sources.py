"""Webhooks in: systems that may post to a portfolio, and every message with what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Source(models.Model):
    """A system whose messages are verified, kept and carried out as its own service account."""

    class Style(models.TextChoices):
        MLFLOW = "mlflow", "MLflow"
        GITHUB = "github", "GitHub"
        GITLAB = "gitlab", "GitLab"
        GENERIC = "generic", "Any JSON"

    portfolio = models.ForeignKey("projects.Portfolio", on_delete=models.CASCADE, related_name="sources")
    # As with keys: history shows its name, and its role in the portfolio narrows what messages can do.
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="source")
    name = models.CharField(max_length=80)
    style = models.CharField(max_length=10, choices=Style.choices)
    # Part of its address: random, so that no stranger can post at all. The signature is checked besides.
    token = models.CharField(max_length=43, unique=True)
    secret = models.TextField(help_text="Sealed (portfolio/seals.py).")
    # For MLflow: the registry whose models the messages speak of.
    registry = models.ForeignKey(
        "integrations.Registry", null=True, blank=True, on_delete=models.SET_NULL, related_name="sources"
    )
    # What in a message means what: rules in order (sources/rules/meanings.py).
    rules = models.JSONField(default=list, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    last_heard_at = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class SourceMessage(models.Model):
    """One message: kept before it is acknowledged, carried out by a worker, never twice."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Done"
        IGNORED = "ignored", "Nothing to do"
        REFUSED = "refused", "Refused"
        FAILED = "failed", "Failed"

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="messages", db_index=False)
    # What the sender calls it; without a name of its own, the hash of the body.
    external_id = models.CharField(max_length=128)
    kind = models.CharField(max_length=80, blank=True)
    body = models.JSONField()
    received_at = models.DateTimeField(default=timezone.now)
    project = models.ForeignKey("projects.Project", null=True, on_delete=models.SET_NULL, related_name="+")

    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    # What was done or why not, each a sentence with its code: [{"code", "message", "remedy"}].
    outcome = models.JSONField(default=list, blank=True)
    attempts_made = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)
    token = models.CharField(max_length=32, blank=True, help_text="Of the claim in force.")
    lease_until = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="a_message_counts_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "done", "ignored", "refused", "failed"]),
                name="source_message_state_is_known",
            ),
        ]
        indexes = [
            models.Index(fields=["not_before"], condition=Q(state="waiting"), name="source_messages_due"),
            models.Index(fields=["source", "-received_at"], name="source_messages_log"),
            models.Index(fields=["received_at"], name="source_messages_by_age"),
        ]
