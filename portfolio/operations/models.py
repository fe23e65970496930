"""What the worker does: one row for each run of a job, and when it was last heard of."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class State(models.TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class JobRun(models.Model):
    """One run of a job. The row is the truth: a message only wakes a worker, which claims it for a while."""

    name = models.CharField(max_length=20)
    # What makes a run unique: the time it is for, or who asked. A second beat finds the slot taken.
    slot = models.CharField(max_length=60)
    portfolio = models.ForeignKey("projects.Portfolio", null=True, on_delete=models.CASCADE, related_name="+")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField(help_text="Not to be started before.")
    attempts = models.PositiveSmallIntegerField(default=0)
    token = models.CharField(max_length=32, blank=True, help_text="Of the claim in force.")
    lease_until = models.DateTimeField(null=True)
    cursor = models.BigIntegerField(default=0, help_text="Where the next attempt goes on.")
    rows = models.PositiveIntegerField(default=0, help_text="Rows written.")
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-due_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["name", "slot"], name="a_slot_is_taken_once"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="job_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease_until__isnull=False), name="a_running_job_has_a_lease"
            ),
        ]
        indexes = [
            models.Index(fields=["name", "-due_at"], name="runs_of_a_job"),
            models.Index(
                fields=["due_at"], condition=Q(state__in=["waiting", "running"]), name="runs_not_finished"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.slot}"

    @property
    def is_over(self) -> bool:
        return self.state in (State.DONE, State.FAILED)

    @property
    def seconds(self) -> float | None:
        """How long the last attempt took."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()


class Pulse(models.Model):
    """When a part of the worker was last heard of."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()
