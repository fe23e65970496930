"""Limits of time in stage that were learnt from history, frozen until the next time that they are made."""

from django.db import models
from django.db.models import Q


class StayLimits(models.Model):
    """The limits of one version: how long projects of a portfolio usually stay in each stage.

    `body`: standard stage -> {"p50", "p85", "p95": days, "exits": n, "generated": how many of them are
    invented, "weight": of history from 0 to 1, "observed": {"p50", "p85", "p95": days or None}, "default":
    {the same of the workflow}, "held_back": whether a quarter was all it could move}.
    """

    portfolio = models.ForeignKey(
        "projects.Portfolio", on_delete=models.CASCADE, related_name="stay_limits", db_index=False
    )
    version = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    body = models.JSONField(default=dict)

    class Meta:
        ordering = ["portfolio", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["portfolio", "version"], name="limits_have_one_row_a_version"),
            models.CheckConstraint(condition=Q(version__gte=1), name="versions_of_limits_begin_at_one"),
        ]
