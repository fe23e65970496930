"""Imports: the profiles that read files, the runs, what each row became, and what the sources said."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.models import Portfolio

if TYPE_CHECKING:
    from projects.actors import Actor


class ImportProfile(models.Model):
    """A mapping profile that people wrote; it takes the place of a shipped one of the same name."""

    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="import_profiles")
    name = models.SlugField(max_length=60)
    text = models.TextField()
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["portfolio", "name"], name="profile_names_are_unique_in_a_portfolio"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RunState(models.TextChoices):
    """Where an import stands; the worker takes it on from the states that end in -ing."""

    CHECKING = "checking", "Being checked"
    CHECKED = "checked", "Ready to apply"
    APPLYING = "applying", "Being applied"
    APPLIED = "applied", "Applied"
    FAILED = "failed", "Failed"
    DISCARDED = "discarded", "Discarded"


WORKED_ON = (RunState.CHECKING, RunState.APPLYING)


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, actor: "Actor") -> Self:
        """The runs of the portfolios that this actor may know of."""
        return self.filter(portfolio__in=Portfolio.objects.visible_to(actor))


class ImportRun(models.Model):
    """One file on its way in: checked first, then applied; the row is the truth, a message only wakes."""

    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="import_runs")
    profile_name = models.CharField(max_length=60)
    # As it was when the file came: a later edit does not change what was checked.
    profile_text = models.TextField()
    file_name = models.CharField(max_length=255)
    path = models.CharField(max_length=255, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=9, choices=RunState.choices, default=RunState.CHECKING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    # What concerns the file as a whole: columns, and projects that it no longer names.
    report = models.JSONField(default=dict)
    # What the check found, in short: applying stops when a new check would find something else.
    plan_hash = models.CharField(max_length=64, blank=True)
    error = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="import_state_is_known"),
        ]
        indexes = [models.Index(fields=["state", "lease_until"], name="imports_to_take_up")]

    @property
    def is_under_way(self) -> bool:
        return self.state in WORKED_ON


# Changes of a cell that nobody has to look at; the report as a file names them one by one.
TIDIED = ("trimmed", "spaces_joined")


class ImportLine(models.Model):
    """What becomes, or became, of one row of a file."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="lines")
    row = models.PositiveIntegerField()
    outcome = models.CharField(max_length=9)
    name = models.CharField(max_length=200, blank=True)
    project = models.ForeignKey("projects.Project", null=True, on_delete=models.CASCADE, related_name="+")
    # Field or source column: what it says now, what it would say.
    changes = models.JSONField(default=dict)
    # Standard stages and outcome: came_from, went_to, outcome.
    stage = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    problem_count = models.PositiveIntegerField(default=0)
    is_applied = models.BooleanField(default=False)

    class Meta:
        ordering = ["run", "row"]
        constraints = [
            models.UniqueConstraint(fields=["run", "row"], name="one_line_for_each_row"),
        ]
        indexes = [models.Index(fields=["run", "outcome", "row"], name="lines_by_outcome")]

    @property
    def remarks(self) -> list[dict[str, str]]:
        """What a person should read: everything but tidied spaces, refusals first."""
        found = [each for each in self.problems if each["code"] not in TIDIED]
        return sorted(found, key=lambda each: each["severity"], reverse=True)

    @property
    def tidied(self) -> list[str]:
        """Columns in which only spaces were removed or joined."""
        return [each["column"] for each in self.problems if each["code"] in TIDIED]


class SourceRecord(models.Model):
    """What a source said of a project last time, word for word: nothing that was imported is lost."""

    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="source_records")
    source = models.CharField(max_length=100)
    source_id = models.CharField(max_length=200, blank=True)
    identity = models.CharField(max_length=600)
    ordinal = models.PositiveIntegerField(default=1)
    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="+")
    # Every cell that says something, by its header, and the values that were made of them.
    cells = models.JSONField(default=dict)
    values = models.JSONField(default=dict)
    run = models.ForeignKey(ImportRun, null=True, on_delete=models.SET_NULL, related_name="+")
    imported_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["portfolio", "source", "identity", "ordinal"]
        constraints = [
            models.UniqueConstraint(
                fields=["portfolio", "source", "identity", "ordinal"], name="a_source_names_a_record_once"
            ),
            models.UniqueConstraint(
                fields=["project", "source"], name="a_project_continues_one_record_of_a_source"
            ),
        ]
