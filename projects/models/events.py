"""History: one row for each thing that happened, in the same transaction as the change."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Event(models.Model):
    """What happened, to what, by whom and through which door; never edited, and nothing points to it."""

    kind = models.CharField(max_length=40)
    portfolio = models.ForeignKey(
        "projects.Portfolio", null=True, on_delete=models.PROTECT, related_name="events", db_index=False
    )
    project = models.ForeignKey(
        "projects.Project", null=True, on_delete=models.PROTECT, related_name="events", db_index=False
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    door = models.CharField(max_length=10)
    by_machine = models.BooleanField(default=False)
    request_id = models.CharField(max_length=36, blank=True)
    payload = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    # Place in the public feed, given after commit by one drain, so that a reader never skips an event.
    position = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        # Those of the feed hold what has its place: an event is cheaper to write without.
        constraints = [
            models.UniqueConstraint(
                fields=["position"],
                condition=models.Q(position__isnull=False),
                name="a_place_in_the_feed_is_unique",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "-at", "-id"], name="events_of_a_project"),
            models.Index(
                fields=["portfolio", "position"],
                condition=models.Q(position__isnull=False),
                name="feed_of_a_portfolio",
            ),
            models.Index(
                fields=["id"],
                condition=models.Q(position=None),
                name="events_without_a_place",
            ),
            # What a key or another machine's account has changed.
            models.Index(
                fields=["actor", "-id"],
                condition=models.Q(by_machine=True, actor__isnull=False),
                name="events_by_a_machine",
            ),
        ]
