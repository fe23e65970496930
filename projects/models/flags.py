"""Computed facts that somebody should look at."""

from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.rules import flags as rules


class Severity(models.TextChoices):
    WARN = "warn", "Warning"
    CRITICAL = "critical", "Critical"


class Flag(models.Model):
    """One fact raised by a rule; nobody closes it by hand, it clears when its cause is gone.

    It is about a project, or about a stage of a portfolio (`subject`) where it has none.
    """

    portfolio = models.ForeignKey(
        "projects.Portfolio", on_delete=models.CASCADE, related_name="flags", db_index=False
    )
    project = models.ForeignKey("projects.Project", null=True, on_delete=models.CASCADE, related_name="flags")
    rule = models.CharField(max_length=24)
    subject = models.CharField(max_length=60, blank=True)
    severity = models.CharField(max_length=8, choices=Severity.choices)
    rule_version = models.PositiveSmallIntegerField()
    # Days that go on are kept as the day that they are counted from (rules/looks.py).
    facts = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    # Since when it has had its severity: an answer to a warning is none to what became critical.
    severity_since = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)
    flaps = models.PositiveSmallIntegerField(default=0)
    # When somebody first did something that counts as an update after it was raised or became critical.
    answered_at = models.DateTimeField(null=True, blank=True)
    # When those above its owner were told that nobody answers.
    escalated_at = models.DateTimeField(null=True, blank=True)

    snoozed_until = models.DateField(null=True, blank=True, help_text="The last day on which it sleeps.")
    snoozed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,  # nobody asks by it, and every flag would pay for it
    )
    snoozed_at = models.DateTimeField(null=True, blank=True)
    snooze_reason = models.CharField(max_length=300, blank=True)
    snoozes = models.PositiveSmallIntegerField(default=0, help_text="How often in a row.")

    class Meta:
        ordering = ["project", "rule", "pk"]
        constraints = [
            # Also the index of a rule's open flags.
            models.UniqueConstraint(
                fields=["rule", "project", "subject"],
                condition=Q(cleared_at=None),
                name="an_open_flag_is_unique",
            ),
            models.UniqueConstraint(
                fields=["rule", "portfolio", "subject"],
                condition=Q(cleared_at=None, project=None),
                name="an_open_flag_of_a_stage_is_unique",
            ),
        ]
        indexes = [
            models.Index(
                fields=["project"],
                condition=Q(cleared_at=None),
                name="open_flags_of_a_project",
            ),
            models.Index(
                fields=["id"],
                condition=Q(severity="critical", cleared_at=None, answered_at=None, escalated_at=None),
                name="flags_nobody_answers",
            ),
            # Flag health: how those of the last months went, by rule.
            models.Index(fields=["portfolio", "rule", "-opened_at"], name="flags_of_a_portfolio"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The flag in a few words, as on its day."""
        return rules.label(self.rule, self.facts, self.day)

    @property
    def sentence(self) -> str:
        """What was found, with its limit, as on its day."""
        return rules.sentence(self.rule, self.facts, self.day)

    @property
    def day(self) -> date:
        """Today by the portfolio's clock; of a cleared flag, the day on which it was cleared."""
        at = self.cleared_at or timezone.now()
        return at.astimezone(ZoneInfo(self.portfolio.time_zone)).date()

    @property
    def is_critical(self) -> bool:
        return self.severity == Severity.CRITICAL

    def sleeps(self, today: date) -> bool:
        """Whether it is snoozed on this day of its portfolio."""
        return self.snoozed_until is not None and today <= self.snoozed_until
