"""Small things to do for a project: an owner and a day, nothing more."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class TodoSource(models.TextChoices):
    """Where a to-do comes from."""

    FREE = "free", "Added by hand"
    MITIGATION = "mitigation", "Would lower the risk"
    GATE = "gate", "Condition of a gate"
    BLOCKER = "blocker", "Blocker"


class Todo(models.Model):
    """One small thing to do; larger work belongs into an issue tracker, to which it can link."""

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="todos")
    text = models.CharField(max_length=300)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="todos"
    )
    due_on = models.DateField(null=True, blank=True)
    link = models.URLField(max_length=500, blank=True, help_text="In an issue tracker.")
    source = models.CharField(max_length=10, choices=TodoSource.choices, default=TodoSource.FREE)
    # Question, gate or blocker that it comes from.
    ref = models.CharField(max_length=20, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(source__in=TodoSource.values), name="todo_source_is_known"),
        ]
        indexes = [
            models.Index(fields=["project", "done_at"], name="todos_of_a_project"),
            models.Index(
                fields=["owner", "due_on"], condition=Q(done_at=None), name="open_todos_of_a_person"
            ),
        ]
