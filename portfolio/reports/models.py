"""Leadership packs that go out by the calendar."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portfolio.reports.rules import rhythms


class Rhythm(models.TextChoices):
    WEEKLY = "weekly", "Every week"
    MONTHLY = "monthly", "Every month"


class ReportSchedule(models.Model):
    """Who gets the leadership pack of a portfolio, when, and in which forms."""

    portfolio = models.ForeignKey(
        "projects.Portfolio", on_delete=models.CASCADE, related_name="report_schedules"
    )
    name = models.CharField(max_length=120)
    rhythm = models.CharField(max_length=7, choices=Rhythm.choices)
    # Monday is 0 for a weekly one; the day of the month, at most 28, for a monthly one.
    day = models.PositiveSmallIntegerField()
    formats = models.JSONField(default=list, help_text="Any of pdf, pptx, xlsx, csv; a link is always there.")
    recipients = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    next_on = models.DateField(help_text="By the portfolio's calendar.")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["portfolio", "name", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(rhythm__in=Rhythm.values), name="rhythm_is_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def when(self) -> str:
        """The rhythm as people say it."""
        return rhythms.words(self.rhythm, self.day)


class ReportSent(models.Model):
    """One pack that went out to one person; a task that runs twice finds it and sends nothing."""

    schedule = models.ForeignKey(ReportSchedule, on_delete=models.CASCADE, related_name="sent")
    day = models.DateField()
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "day", "recipient"], name="a_report_is_sent_once"),
        ]
