"""What was asked of somebody outside, who has no account: one question about one blocker, one answer."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class OutsideRequest(models.Model):
    """A link by which one person outside may answer about one blocker; only its hash is kept.

    It ends with the answer, with its day, when it is called off, or when the blocker is resolved.
    """

    blocker = models.ForeignKey("projects.Blocker", on_delete=models.CASCADE, related_name="outside_requests")
    name = models.CharField(max_length=150, blank=True)
    email = models.EmailField()
    question = models.TextField(blank=True, help_text="What the person who asks wrote to them.")
    token_hash = models.CharField(max_length=64, unique=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    expected_on = models.DateField(null=True, blank=True, help_text="By when they say it is done.")
    called_off_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
