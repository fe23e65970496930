"""What people say about a project."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.models.projects import Health

SPOKEN_HEALTH = [(value, label) for value, label in Health.choices if value != Health.UNKNOWN]


class StatusUpdate(models.Model):
    """One status update; immutable, a correction is a new one."""

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="updates")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    health = models.CharField(max_length=10, choices=SPOKEN_HEALTH)
    text = models.TextField()
    next_step = models.TextField(blank=True)
    at_risk = models.TextField(blank=True)
    next_proof_on = models.DateField(null=True, blank=True)
    corrects = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="corrections",
    )
    stage = models.CharField(max_length=40)
    # By one click: it says that there is nothing to say, which counts a few times in a row.
    is_no_change = models.BooleanField(default=False, db_default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["project", "-at"], name="updates_of_a_project")]
        constraints = [
            models.CheckConstraint(
                condition=Q(health__in=[value for value, _ in SPOKEN_HEALTH]),
                name="an_update_states_a_health",
            ),
            models.UniqueConstraint(
                fields=["corrects"],
                condition=Q(corrects__isnull=False),
                name="an_update_is_corrected_once",
            ),
        ]


class Comment(models.Model):
    """A remark on a project; mentions name the people it is for."""

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.TextField()
    mentions = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="mentioned_in")
    at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["project", "-at"], name="comments_of_a_project")]
