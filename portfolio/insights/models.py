"""What a portfolio looked like on a day."""

from django.db import models


class Snapshot(models.Model):
    """The figures of one portfolio on one day of its own calendar; taken again, the day's row is replaced."""

    portfolio = models.ForeignKey("projects.Portfolio", on_delete=models.CASCADE, related_name="snapshots")
    day = models.DateField()
    taken_at = models.DateTimeField()
    body = models.JSONField()
    model_version = models.PositiveSmallIntegerField(help_text="Of the figures in the body.")

    class Meta:
        ordering = ["portfolio", "-day"]
        constraints = [
            models.UniqueConstraint(fields=["portfolio", "day"], name="one_snapshot_a_day"),
        ]
