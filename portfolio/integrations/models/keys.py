"""API keys: each acts as a service account of its own in one portfolio."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Subquery

from projects.models import Membership


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def with_role(self) -> Self:
        """Each key with its service account and that account's role, in one query."""
        held = Membership.objects.filter(user_id=OuterRef("user_id"), portfolio_id=OuterRef("portfolio_id"))
        return self.select_related("user").annotate(role=Subquery(held.values("role")[:1]))


class ApiKey(models.Model):
    """One key; the secret itself is shown once and kept only as a hash."""

    portfolio = models.ForeignKey("projects.Portfolio", on_delete=models.CASCADE, related_name="api_keys")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_key")
    name = models.CharField(max_length=80)
    # Its first letters, by which people tell their keys apart.
    prefix = models.CharField(max_length=12)
    # SHA-256 is enough: 256 random bits cannot be guessed, slow hashes are for what people make up.
    secret_hash = models.CharField(max_length=64, unique=True)
    # After a rotation the secret before is good for a while longer, so that no pipeline stands still.
    former_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    former_prefix = models.CharField(max_length=12, blank=True)
    former_until = models.DateTimeField(null=True, blank=True)
    former_used_at = models.DateTimeField(null=True, blank=True)
    scopes = models.JSONField(default=list)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    # Its account's role in the portfolio; read by `with_role`.
    role: str | None

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def has_expired(self, now: datetime) -> bool:
        return self.expires_at <= now
