"""Proposals: what a machine or an assistant would do, until a person says yes or no."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Proposal(models.Model):
    """One change of one project, worded by somebody who may not make it alone; a person carries it out."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        CONFIRMED = "confirmed", "Confirmed"
        DECLINED = "declined", "Declined"
        # Its day has passed, or the project has changed so that it means nothing any more.
        LAPSED = "lapsed", "Lapsed"

    project = models.ForeignKey(
        "projects.Project", on_delete=models.CASCADE, related_name="proposals", db_index=False
    )
    kind = models.CharField(max_length=20, help_text="Of rules/proposals.py, such as move or update.")
    # What the action takes, as the REST API takes it.
    body = models.JSONField()
    reason = models.TextField(blank=True, help_text="Why it is proposed, in the words of whoever proposes.")
    # The same cause twice is one proposal.
    cause = models.CharField(max_length=160)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    door = models.CharField(max_length=10)
    proposed_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True, help_text="Why it was declined, or what refused it.")

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "cause"], name="a_cause_is_proposed_once"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "confirmed", "declined", "lapsed"]),
                name="proposal_state_is_known",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "-proposed_at"], name="proposals_of_a_project"),
            models.Index(fields=["expires_at"], condition=Q(state="open"), name="proposals_open"),
        ]
