"""Secret addresses of calendars."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class CalendarFeed(models.Model):
    """A secret address under which a calendar reads the dates of one person, or of a portfolio for them."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feeds", db_index=False
    )
    # None: the dates of the person's own projects, blockers, conditions and to-dos.
    portfolio = models.ForeignKey("projects.Portfolio", null=True, on_delete=models.CASCADE, related_name="+")
    # As with API keys: 256 random bits, shown once; renewing gives a new address and ends the old one.
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "portfolio"], name="one_feed_a_person_and_portfolio"),
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(portfolio=None), name="one_feed_of_ones_own"
            ),
        ]
