"""Sign-offs: what was frozen for a gate, who was asked, what they decided and on which conditions."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.models.teams import Role
from projects.rules import signatures

DECISIONS = [
    ("approved", "Approved"),
    ("approved_with_conditions", "Approved with conditions"),
    ("rejected", "Rejected"),
    ("feedback_given", "Feedback given"),
    ("recused", "Stood aside"),
]
CONDITION_KINDS = [
    ("before_gate", "Before this gate"),
    ("before_next_gate", "Before the next gate"),
    ("by_date", "By a date"),
]


class Packet(models.Model):
    """What people sign at a gate, frozen; never edited. Equal content is kept once."""

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="packets")
    gate = models.CharField(max_length=12)
    sha256 = models.CharField(max_length=64)
    # The canonical text (rules/packets.py) of which this is the hash.
    content = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "gate", "sha256"], name="a_packet_is_kept_once"),
        ]


class SignOff(models.Model):
    """One request to sign a packet for a role, and what came of it.

    A record: each column is written once, when its moment comes, and never changed after that; only
    `reminded_at` and `told_hash`, which belong to no decision, move on.
    """

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="signoffs")
    gate = models.CharField(max_length=12)
    attempt = models.PositiveSmallIntegerField(default=1)
    role = models.CharField(max_length=2, choices=Role.choices)
    is_binding = models.BooleanField(default=True, help_text="False: feedback that was invited.")
    packet = models.ForeignKey(Packet, on_delete=models.PROTECT, related_name="signoffs")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    requested_at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True, help_text="What the requester wrote to whoever signs.")

    decision = models.CharField(max_length=24, choices=DECISIONS, blank=True)
    signer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="signatures"
    )
    acts_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    would_change = models.TextField(blank=True, help_text="What would change a rejection.")

    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    withdrawn_reason = models.TextField(blank=True)
    # A newer request took its place, or the gate was passed without it.
    superseded_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True, help_text="Its gate was passed.")
    lives_until = models.DateField(null=True, blank=True, help_text="Until the next recertification.")

    reminded_at = models.DateTimeField(null=True, blank=True)
    # The packet of which the signer has been told that it is no longer what they signed.
    told_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "gate", "role"],
                condition=Q(decision="", withdrawn_at=None, superseded_at=None),
                name="a_role_is_asked_once_at_a_time",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="signoff_role_is_known"),
            models.CheckConstraint(
                condition=Q(decision__in=["", *signatures.DECISIONS]), name="decision_is_known"
            ),
            models.CheckConstraint(
                condition=Q(decision="", signer=None, decided_at=None)
                | (~Q(decision="") & Q(signer__isnull=False, decided_at__isnull=False)),
                name="a_decision_has_its_signer",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "gate"], name="signoffs_of_a_gate"),
            models.Index(
                fields=["role", "requested_at"],
                condition=Q(decision="", withdrawn_at=None, superseded_at=None),
                name="signoffs_that_wait",
            ),
        ]

    @property
    def is_waiting(self) -> bool:
        """Whether somebody still has to answer."""
        return not self.decision and self.withdrawn_at is None and self.superseded_at is None


class Condition(models.Model):
    """What a signer asked for; only they, or whoever has their role after them, can close it."""

    signoff = models.ForeignKey(SignOff, on_delete=models.CASCADE, related_name="conditions")
    text = models.CharField(max_length=500)
    kind = models.CharField(max_length=16, choices=CONDITION_KINDS)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="conditions"
    )
    due_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    closing_note = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=signatures.CONDITION_KINDS), name="condition_kind_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind="by_date") | Q(due_on__isnull=False), name="a_dated_condition_has_its_day"
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner", "due_on"], condition=Q(closed_on=None), name="open_conditions_of_a_person"
            ),
        ]
