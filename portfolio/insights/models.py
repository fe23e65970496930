"""What a portfolio looked like on a day, what is expected of it, and what could be changed."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Snapshot(models.Model):
    """The figures of one portfolio on one day of its own calendar; taken again, the day's row is replaced.

    `frame`: the portfolio's settings of that day (lines, limit, target mix, currency); the projects of that
    day are in `projects.ProjectDay`.
    """

    portfolio = models.ForeignKey("projects.Portfolio", on_delete=models.CASCADE, related_name="snapshots")
    day = models.DateField()
    taken_at = models.DateTimeField()
    body = models.JSONField()
    frame = models.JSONField(default=dict)
    # The balance of that day as the page showed it; empty before there was one.
    balance = models.JSONField(default=dict)
    model_version = models.PositiveSmallIntegerField(help_text="Of the figures in the body.")
    is_generated = models.BooleanField(default=False)

    class Meta:
        ordering = ["portfolio", "-day"]
        constraints = [
            models.UniqueConstraint(fields=["portfolio", "day"], name="one_snapshot_a_day"),
        ]


class PortfolioForecast(models.Model):
    """One simulation of a whole portfolio: how many projects are live by when; made again, it is replaced."""

    portfolio = models.ForeignKey(
        "projects.Portfolio", on_delete=models.CASCADE, related_name="portfolio_forecasts"
    )
    day = models.DateField()
    made_at = models.DateTimeField()
    seed = models.BigIntegerField()
    runs = models.PositiveIntegerField()
    model_version = models.CharField(max_length=60)
    # See portfolio/insights/actions/forecasts.py for its shape: plain values only.
    body = models.JSONField()

    class Meta:
        ordering = ["portfolio", "-day"]
        constraints = [
            models.UniqueConstraint(fields=["portfolio", "day"], name="one_portfolio_forecast_a_day"),
        ]


class Scenario(models.Model):
    """A what-if: changes to a copy of the portfolio, which itself stays as it is until they are adopted."""

    portfolio = models.ForeignKey("projects.Portfolio", on_delete=models.CASCADE, related_name="scenarios")
    name = models.CharField(max_length=120)
    note = models.TextField(blank=True, help_text="Why.")
    # A list of changes; see portfolio/insights/rules/scenario/changes.py.
    changes = models.JSONField(default=list)
    # What the optimiser was asked, where it proposed these changes.
    asked = models.JSONField(default=dict, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    adopted_at = models.DateTimeField(null=True, blank=True)
    # What became of each change: done, or refused with its obstacles.
    adoption = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]


class Dismissal(models.Model):
    """A recommendation that somebody put aside, and why; it comes back when its projects change."""

    portfolio = models.ForeignKey("projects.Portfolio", on_delete=models.CASCADE, related_name="dismissals")
    rule = models.CharField(max_length=40)
    # The projects that it named, in order; another set is another recommendation.
    projects = models.CharField(max_length=64, help_text="SHA-256 of their keys.")
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["portfolio", "rule", "projects"], name="dismissed_once"),
        ]
