"""What a person keeps an eye on: followed projects, saved filters, and when they last looked."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class SavedView(models.Model):
    """A filter of the register that a person keeps under a name."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views", db_index=False
    )
    name = models.CharField(max_length=60)
    # As in the address of the register, in its canonical order (`Filters.query`).
    query = models.CharField(max_length=1000)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="a_view_has_its_own_name")]

    def __str__(self) -> str:
        return self.name


class Follow(models.Model):
    """A project that a person follows, or a saved view whose projects they follow."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows", db_index=False
    )
    project = models.ForeignKey(
        "projects.Project", null=True, on_delete=models.CASCADE, related_name="followers"
    )
    view = models.ForeignKey(SavedView, null=True, on_delete=models.CASCADE, related_name="follows")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "project"], name="a_project_is_followed_once"),
            models.UniqueConstraint(fields=["user", "view"], name="a_view_is_followed_once"),
            models.CheckConstraint(
                condition=Q(project=None, view__isnull=False) | Q(project__isnull=False, view=None),
                name="one_thing_is_followed",
            ),
        ]


class Visit(models.Model):
    """When a person looked at their work: the last time, and the time before that visit began."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="visit"
    )
    seen_at = models.DateTimeField()
    before_at = models.DateTimeField(null=True, help_text="What has changed since then is new to them.")


class Presence(models.Model):
    """When a person last did something in the product themselves; files and keys do not count."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="presence"
    )
    acted_at = models.DateTimeField()
