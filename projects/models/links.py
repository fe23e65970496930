"""What one project has to do with another."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class LinkKind(models.TextChoices):
    """`needs`: the project is worth nothing without the other. `either_or`: only one of the two is done."""

    NEEDS = "needs", "Needs"
    EITHER_OR = "either_or", "Either this or"


class ProjectLink(models.Model):
    """A bond between two projects of one portfolio, read from the first to the second."""

    kind = models.CharField(max_length=9, choices=LinkKind.choices)
    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="linked_from")
    note = models.CharField(max_length=300, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["project", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "kind", "other"], name="a_link_is_drawn_once"),
            models.CheckConstraint(condition=~Q(project=F("other")), name="a_link_has_two_ends"),
            models.CheckConstraint(condition=Q(kind__in=LinkKind.values), name="link_kind_is_known"),
        ]
