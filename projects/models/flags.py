"""Computed facts that somebody should look at."""

from django.db import models
from django.db.models import Q


class Severity(models.TextChoices):
    WARN = "warn", "Warning"
    CRITICAL = "critical", "Critical"


class Flag(models.Model):
    """One fact raised by a rule; nobody closes it by hand, it clears when its cause is gone."""

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="flags")
    rule = models.CharField(max_length=24)
    subject = models.CharField(max_length=60, blank=True)
    severity = models.CharField(max_length=8, choices=Severity.choices)
    rule_version = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=80)
    facts = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)
    flaps = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["project", "rule", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "project", "subject"],
                condition=Q(cleared_at=None),
                name="an_open_flag_is_unique",
            ),
        ]
        indexes = [
            models.Index(
                fields=["project"],
                condition=Q(cleared_at=None),
                name="open_flags_of_a_project",
            ),
            models.Index(
                fields=["rule", "project"],
                condition=Q(cleared_at=None),
                name="open_flags_of_a_rule",
            ),
        ]
