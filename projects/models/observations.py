"""Observations: what a metric was, where, for whom, of which version, and when."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class Environment(models.TextChoices):
    OFFLINE = "offline", "Offline"
    SHADOW = "shadow", "Shadow"
    ONLINE = "online", "Online"


class Observation(models.Model):
    """One value of a metric; the same metric, place, version and moment is one row, however often posted."""

    project = models.ForeignKey(
        "projects.Project", on_delete=models.CASCADE, related_name="observations", db_index=False
    )
    metric = models.CharField(max_length=60)
    environment = models.CharField(max_length=7, choices=Environment.choices)
    # A part of the users or data, such as new_customers; empty is all of them.
    segment = models.CharField(max_length=60, blank=True)
    version = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    value = models.FloatField()
    # The interval that whoever measured states, such as 95%.
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    samples = models.PositiveBigIntegerField(null=True)
    source = models.CharField(max_length=200, blank=True)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    posted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            # Its index also brings the course of a metric, and the newest value of each.
            models.UniqueConstraint(
                fields=["project", "metric", "environment", "segment", "version", "at"],
                name="an_observation_is_kept_once",
            ),
            models.CheckConstraint(
                condition=Q(environment__in=["offline", "shadow", "online"]), name="environment_is_known"
            ),
            models.CheckConstraint(
                condition=Q(low=None, high=None) | Q(low__lte=F("value"), high__gte=F("value")),
                name="a_value_lies_in_its_interval",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "metric", "environment", "-at"], name="observations_by_time")
        ]
