"""A project: one machine-learning initiative."""

from collections.abc import Collection
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from projects.models import economics, orders
from projects.models.economics import Economics
from projects.models.gate_inputs import GateInputs
from projects.models.portfolios import Membership
from projects.models.teams import TeamRole
from projects.models.watch import Watch
from projects.rules.impact import MOST_POINTS
from projects.rules.names import fold

if TYPE_CHECKING:
    from projects.actors import Actor

STANDARD_STAGES = [
    "idea",
    "framing",
    "data",
    "poc",
    "mvp",
    "validation",
    "pilot",
    "production",
]


class Status(models.TextChoices):
    ACTIVE = "active", "Active"
    ON_HOLD = "on_hold", "On hold"


class Outcome(models.TextChoices):
    OPEN = "open", "Open"
    IN_PRODUCTION = "in_production", "In production"
    RETIRED = "retired", "Retired"
    STOPPED = "stopped", "Stopped"


class Health(models.TextChoices):
    """What people say in an update; unknown is what the product says when nobody did."""

    ON_TRACK = "on_track", "On track"
    AT_RISK = "at_risk", "At risk"
    OFF_TRACK = "off_track", "Off track"
    UNKNOWN = "unknown", "Unknown"


class Kind(models.TextChoices):
    """How new the initiative is (the classes of the Rexer survey)."""

    EXISTING = "existing", "Refresh of a live model"
    NEW = "new", "First model for an existing process"
    REVOLUTIONARY = "revolutionary", "New process"


class Tier(models.TextChoices):
    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


class AiActClass(models.TextChoices):
    PROHIBITED_CHECK = "prohibited_check", "Check: possibly prohibited"
    HIGH = "high", "High risk"
    LIMITED = "limited", "Transparency duties"
    GPAI = "gpai", "General-purpose model provider"
    MINIMAL = "minimal", "Minimal"


class Direction(models.TextChoices):
    UP = "up", "Higher is better"
    DOWN = "down", "Lower is better"


class FlagLevel(models.IntegerChoices):
    """The worst open flag of a project, so that lists sort and count by it without reading flags."""

    NONE = 0, "No flag"
    WARNING = 1, "Warning"
    CRITICAL = 2, "Critical"


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, actor: "Actor") -> Self:
        """The projects that this actor may know of; deleted ones are nobody's."""
        return self.visible(actor.reader_id, actor.portfolios)

    def visible(self, user_id: int | None, portfolios: Collection[int] | None) -> Self:
        """The projects that this person may know of, in these portfolios; None: sees all, in all."""
        found = self.real().filter(deleted_at=None)
        if portfolios is not None:
            found = found.filter(portfolio_id__in=portfolios)
        if user_id is None:
            return found
        memberships = Membership.objects.filter(user_id=user_id).values("portfolio_id")
        teams = TeamRole.objects.filter(user_id=user_id).values("project_id")
        return found.filter(Q(portfolio_id__in=memberships) | Q(pk__in=teams))

    def real(self) -> Self:
        """Those that are no invented history: that counts in histories only, and nobody opens it."""
        return self.filter(is_generated=False)

    def listed(self) -> Self:
        """Those that lists show unless asked otherwise."""
        return self.filter(archived_at=None)

    def running(self) -> Self:
        """Those that flags and the summary speak of: neither ended nor put away."""
        return self.filter(deleted_at=None, archived_at=None).exclude(
            outcome__in=[Outcome.RETIRED, Outcome.STOPPED]
        )


class Project(GateInputs, Economics, Watch):
    """One initiative; the columns here are what lists show, sort and filter by."""

    portfolio = models.ForeignKey(
        "projects.Portfolio", on_delete=models.PROTECT, related_name="projects", db_index=False
    )
    key = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    problem = models.TextField(blank=True)
    description = models.TextField(blank=True)
    unit = models.ForeignKey(
        "projects.BusinessUnit",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="projects",
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="owned_projects",
    )
    # Folded key, name, problem and owner: SQLite compares only ASCII letters without regard to case.
    search_text = models.TextField(blank=True, editable=False)

    workflow = models.ForeignKey(
        "projects.WorkflowVersion", on_delete=models.PROTECT, related_name="projects", db_index=False
    )
    stage = models.CharField(max_length=40)
    standard_stage = models.CharField(max_length=12, choices=[(code, code) for code in STANDARD_STAGES])
    furthest_stage = models.CharField(max_length=40)
    stage_since = models.DateTimeField(default=timezone.now)
    # Active time in earlier stays of the attempt under the same standard code, less pauses of this stay.
    stage_shift = models.DurationField(default=timedelta)
    attempt = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ACTIVE)
    outcome = models.CharField(max_length=14, choices=Outcome.choices, default=Outcome.OPEN)
    ended_at = models.DateTimeField(null=True, blank=True)
    ever_in_production = models.BooleanField(default=False)
    hold_since = models.DateTimeField(null=True, blank=True)
    resume_on = models.DateField(null=True, blank=True)
    review_due_on = models.DateField(null=True, blank=True, help_text="Review of a rollback is due.")
    gate_planned_on = models.DateField(null=True, blank=True)

    health = models.CharField(max_length=10, choices=Health.choices, default=Health.UNKNOWN)
    last_update_at = models.DateTimeField(
        null=True, blank=True, help_text="When somebody last said something."
    )
    # Kept in step with the open flags by the action that writes them.
    flag_level = models.PositiveSmallIntegerField(
        choices=FlagLevel.choices, default=FlagLevel.NONE, editable=False
    )

    kind = models.CharField(max_length=14, choices=Kind.choices, blank=True)
    tier = models.CharField(max_length=6, choices=Tier.choices, blank=True)
    ai_act_class = models.CharField(max_length=16, choices=AiActClass.choices, blank=True)
    personal_data = models.BooleanField(null=True, blank=True)
    llm = models.BooleanField("LLM or RAG", null=True, blank=True)
    vendor = models.BooleanField("vendor or third-party model", null=True, blank=True)
    metric_name = models.CharField(max_length=200, blank=True)
    metric_unit = models.CharField(max_length=40, blank=True)
    metric_direction = models.CharField(max_length=4, choices=Direction.choices, blank=True)
    metric_baseline = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    metric_target = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    metric_target_on = models.DateField(null=True, blank=True)
    metric_owner = models.CharField(max_length=150, blank=True)
    ml_metric = models.CharField(max_length=300, blank=True)
    objective = models.TextField("ML objective", blank=True)
    metric_is_measured = models.BooleanField("baseline is measured", null=True, blank=True)
    metric_method_agreed = models.BooleanField("method of measuring is agreed", null=True, blank=True)
    # How the ML metric moves the business metric, and which other metrics must not get worse.
    metric_link = models.TextField(blank=True)
    guardrails = models.TextField(blank=True)
    value_low = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    value_likely = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    value_high = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    strategic = models.PositiveSmallIntegerField("strategic fit", null=True, blank=True)
    reach = models.PositiveSmallIntegerField(null=True, blank=True)
    committed_on = models.DateField(null=True, blank=True)

    # Scores, so that lists sort and filter by them; written by `actions.scores` only. None: not scored yet.
    risk = models.FloatField(null=True, blank=True, editable=False)
    impact = models.FloatField(null=True, blank=True, editable=False)
    p_production = models.FloatField(null=True, blank=True, editable=False)
    confidence = models.FloatField(null=True, blank=True, editable=False)
    annual_value = models.FloatField(null=True, blank=True, editable=False)
    quadrant = models.CharField(max_length=12, blank=True, editable=False)
    has_critical_gap = models.BooleanField(default=False, editable=False)
    is_borderline = models.BooleanField(default=False, editable=False)
    is_unproven = models.BooleanField(default=False, editable=False)
    # On which side of its line each axis was when the score was stored; None: no last value.
    high_risk = models.BooleanField(null=True, blank=True, editable=False)
    high_impact = models.BooleanField(null=True, blank=True, editable=False)
    scored_at = models.DateTimeField(null=True, blank=True, editable=False)

    # What an import could not map, kept word for word under the headers of its source.
    source = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    archived_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(standard_stage__in=STANDARD_STAGES), name="standard_stage_is_known"
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="status_is_known"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="outcome_is_known"),
            models.CheckConstraint(condition=Q(health__in=Health.values), name="health_is_known"),
            models.CheckConstraint(condition=Q(flag_level__in=FlagLevel.values), name="flag_level_is_known"),
            models.CheckConstraint(
                condition=Q(status=Status.ACTIVE, resume_on=None, hold_since=None)
                | Q(status=Status.ON_HOLD, resume_on__isnull=False, hold_since__isnull=False),
                name="a_hold_has_a_resume_date",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["open", "in_production"], ended_at=None)
                | Q(outcome__in=["retired", "stopped"], ended_at__isnull=False),
                name="an_ended_project_has_its_date",
            ),
            models.CheckConstraint(
                condition=Q(strategic=None) | Q(strategic__lte=MOST_POINTS),
                name="strategic_fit_is_at_most_four",
            ),
            models.CheckConstraint(
                condition=Q(reach=None) | Q(reach__lte=MOST_POINTS), name="reach_is_at_most_four"
            ),
            models.CheckConstraint(
                condition=(Q(value_low=None) | Q(value_low__gte=0))
                & (Q(value_likely=None) | Q(value_likely__gte=0))
                & (Q(value_high=None) | Q(value_high__gte=0)),
                name="a_value_is_not_negative",
            ),
            models.CheckConstraint(
                condition=(Q(value_low=None) | Q(value_likely=None) | Q(value_low__lte=F("value_likely")))
                & (Q(value_likely=None) | Q(value_high=None) | Q(value_likely__lte=F("value_high")))
                & (Q(value_low=None) | Q(value_high=None) | Q(value_low__lte=F("value_high"))),
                name="values_rise_from_low_to_high",
            ),
            *economics.constraints(),
        ]
        # A move, a sweep and a score rewrite the row in every one of them: each must earn its place.
        indexes = [
            # Also the index of the foreign key.
            models.Index(fields=["portfolio", "name"], name="project_by_name"),
            # What the sweep has to look at now.
            models.Index(fields=["flags_due_at"], name="projects_whose_flags_are_due"),
            *orders.indexes(),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.name}"

    @property
    def has_ended(self) -> bool:
        return self.outcome in (Outcome.RETIRED, Outcome.STOPPED)

    @property
    def is_running(self) -> bool:
        """As `running` has it: neither ended nor put away."""
        return self.deleted_at is None and self.archived_at is None and not self.has_ended

    @property
    def searchable(self) -> str:
        """What `search_text` should hold: key, name, owner and problem in one folded line."""
        owner = self.owner.name if self.owner else ""
        return fold(" ".join([self.key, self.name, owner, self.problem]))
