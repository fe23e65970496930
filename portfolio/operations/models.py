"""What the worker does: a row for each run of a job, when it was last heard of, and files on their way in."""

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


class FileState(models.TextChoices):
    """Where the file of a portfolio stands; while it is brought, its run says more."""

    CHECKED = "checked", "Ready to bring"
    BRINGING = "bringing", "Being brought"
    BROUGHT = "brought", "Brought"
    FAILED = "failed", "Not taken"
    DISCARDED = "discarded", "Discarded"


class PortfolioFile(models.Model):
    """The file of a whole portfolio on its way in: looked at as it comes, brought by a run when confirmed."""

    file_name = models.CharField(max_length=255)
    path = models.CharField(max_length=255, help_text="Its copy among the uploads, until it is settled.")
    size = models.PositiveBigIntegerField()
    state = models.CharField(max_length=9, choices=FileState.choices, default=FileState.CHECKED)
    # What the manifest says, and who of its people is not known here: what the page shows before and after.
    contents = models.JSONField()
    error = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    run = models.ForeignKey(JobRun, null=True, on_delete=models.SET_NULL, related_name="+")
    # Who uploaded it, and from then on who confirmed it: the run acts in that person's name.
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, help_text="When it was brought, refused or discarded.")

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=FileState.values), name="portfolio_file_state_is_known"
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="bringing"), name="one_portfolio_is_brought_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name
