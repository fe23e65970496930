"""What stops a project and needs somebody's decision."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from projects.models.projects import Project, ProjectQuerySet
from projects.rules import blockers
from projects.rules.names import fold

if TYPE_CHECKING:
    from projects.actors import Actor

POLICY = blockers.shipped()
CATEGORIES = [(category.code, category.label) for category in POLICY.categories]
SEVERITIES = [(severity.code, severity.label) for severity in POLICY.severities]
RESOLUTIONS = [(resolution.code, resolution.label) for resolution in POLICY.resolutions]


class BlockerQuerySet(models.QuerySet["Blocker"]):
    def visible_to(self, actor: "Actor") -> Self:
        """The blockers of projects that this actor may know of, and those that stop one of them too."""
        return self.among(Project.objects.visible_to(actor))

    def among(self, projects: ProjectQuerySet) -> Self:
        """Those that stop one of these projects: their own, and those of others that stop them too."""
        stopped = Blocker.affected.through.objects.filter(project__in=projects)
        found = Q(project__in=projects) | Q(pk__in=stopped.values("blocker"))
        return self.filter(found, project__deleted_at=None)

    def stopping(self, projects: ProjectQuerySet) -> Self:
        """The same of very few projects: indexes find them, where `among` looks at every blocker."""
        own = Blocker.objects.filter(project__in=projects).order_by().values("pk")
        stopped = Blocker.affected.through.objects.filter(project__in=projects)
        return self.filter(pk__in=own.union(stopped.values("blocker")), project__deleted_at=None)

    def open(self) -> Self:
        """Those that nobody has resolved."""
        return self.filter(resolved_on=None)

    def rising(self, *, by: date) -> Self:
        """Open ones with a step due until this day; nobody is told of what has ended or is put away."""
        return self.open().filter(next_step_on__lte=by, project__in=Project.objects.running())

    def counted(self) -> Self:
        """Those that scores look at: open, or accepted and not yet named by a gate's decision."""
        return self.filter(Q(resolved_on=None) | Q(resolution="accepted", named_at=None))


class Blocker(models.Model):
    """One thing that stops a project; its deadlines are fixed when it is raised."""

    portfolio = models.ForeignKey("projects.Portfolio", on_delete=models.PROTECT, related_name="blockers")
    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="blockers")
    # Other projects that it stops as well; it counts in their scores like one of their own.
    affected = models.ManyToManyField("projects.Project", blank=True, related_name="blocked_by")
    title = models.CharField(max_length=200)
    category = models.CharField(max_length=24, choices=CATEGORIES)
    severity = models.CharField(max_length=8, choices=SEVERITIES)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="owned_blockers",
    )
    # Somebody outside need not have an account: a name, and an address where one is known.
    decision_from = models.CharField(max_length=150, blank=True)
    decision_email = models.EmailField(blank=True)
    gate = models.CharField(max_length=10, blank=True, help_text="The gate that it holds up.")
    workaround = models.TextField(blank=True)
    waiting_for = models.CharField(max_length=200, blank=True, help_text="Somebody outside; no clock stops.")
    expected_on = models.DateField(null=True, blank=True)

    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    raised_on = models.DateField()
    raised_at = models.DateTimeField(default=timezone.now)
    respond_by = models.DateField()
    responded_on = models.DateField(null=True, blank=True)
    due_on = models.DateField()
    step_1_on = models.DateField(null=True, blank=True)
    step_2_on = models.DateField(null=True, blank=True)
    step_3_on = models.DateField(null=True, blank=True)
    level = models.PositiveSmallIntegerField(default=0)
    acted = models.PositiveSmallIntegerField(default=0, help_text="The last step that was acted on.")
    next_step_on = models.DateField(null=True, blank=True)

    resolution = models.CharField(max_length=10, choices=RESOLUTIONS, blank=True)
    resolved_on = models.DateField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    resolution_note = models.TextField(blank=True)
    # Roles that agreed to accept it, where accepting needs more than one.
    accepted_by = models.JSONField(default=dict, blank=True)
    named_at = models.DateTimeField(
        null=True, blank=True, help_text="When a gate took an accepted one along."
    )
    reopened = models.PositiveSmallIntegerField(default=0)

    is_shared = models.BooleanField(
        default=False, help_text="A portfolio blocker: it stops several projects."
    )
    shared_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Folded title and who it waits for: SQLite compares only ASCII letters without regard to case.
    search_text = models.TextField(blank=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = BlockerQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(severity__in=[code for code, _ in SEVERITIES]), name="severity_is_known"
            ),
            models.CheckConstraint(
                condition=Q(category__in=[code for code, _ in CATEGORIES]), name="category_is_known"
            ),
            models.CheckConstraint(condition=Q(level__lte=3), name="levels_end_at_three"),
            models.CheckConstraint(
                condition=Q(resolution="", resolved_on=None)
                | (~Q(resolution="") & Q(resolved_on__gte=F("raised_on"))),
                name="a_blocker_is_resolved_after_it_was_raised",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "resolved_on"], name="blockers_of_a_project"),
            models.Index(
                fields=["next_step_on"], condition=Q(resolved_on=None), name="blockers_that_rise_next"
            ),
            models.Index(
                fields=["portfolio", "due_on"],
                condition=Q(resolved_on=None),
                name="open_blockers_by_deadline",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.resolved_on is None

    @property
    def searchable(self) -> str:
        """What `search_text` should hold."""
        return fold(" ".join([self.title, self.decision_from, self.waiting_for, self.workaround]))


class BlockerNote(models.Model):
    """A line in a blocker's log; never edited."""

    blocker = models.ForeignKey(Blocker, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
