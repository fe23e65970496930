"""Answers kept so that a repeated request gets the same one."""

from django.db import models


class KeptRequest(models.Model):
    """A POST with an Idempotency-Key and its answer, kept for 24 hours in the transaction of its effect."""

    caller = models.CharField(max_length=60)
    key = models.CharField(max_length=255)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caller", "key"], name="an_idempotency_key_is_used_once")
        ]
        indexes = [models.Index(fields=["created_at"], name="kept_requests_by_age")]
