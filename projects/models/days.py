"""What a project was on past days, as it was stored on those days."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class ProjectDay(models.Model):
    """A project as it was from one day until another: written by the nightly run, never made from today's.

    A day that brought nothing new gets no row of its own; `until` is None while the row still holds.
    Columns have the names and the meaning that they have on the project, so one question serves both.
    """

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="days")
    portfolio = models.ForeignKey("projects.Portfolio", on_delete=models.CASCADE, related_name="project_days")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    is_generated = models.BooleanField(default=False)

    name = models.CharField(max_length=200)
    unit = models.ForeignKey(
        "projects.BusinessUnit", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    workflow = models.ForeignKey(
        "projects.WorkflowVersion", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    stage = models.CharField(max_length=40)
    standard_stage = models.CharField(max_length=12)
    stage_since = models.DateTimeField()
    stage_shift = models.DurationField()
    hold_since = models.DateTimeField(null=True)
    status = models.CharField(max_length=8)
    outcome = models.CharField(max_length=14)
    health = models.CharField(max_length=10)
    flag_level = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=14, blank=True)
    tier = models.CharField(max_length=6, blank=True)
    ai_act_class = models.CharField(max_length=16, blank=True)
    metric_name = models.CharField(max_length=200, blank=True)
    committed_on = models.DateField(null=True)

    risk = models.FloatField(null=True)
    impact = models.FloatField(null=True)
    p_production = models.FloatField(null=True)
    confidence = models.FloatField(null=True)
    annual_value = models.FloatField(null=True)
    quadrant = models.CharField(max_length=12, blank=True)
    has_critical_gap = models.BooleanField(default=False)
    is_borderline = models.BooleanField(default=False)
    is_unproven = models.BooleanField(default=False)
    # As in the result of the score: pitfall -> score or None; and points of risk that open questions add.
    pitfalls = models.JSONField(default=dict)
    unknown_points = models.FloatField(null=True)
    # What the score was made of: question -> letter, and how many blockers were open.
    answers = models.JSONField(default=dict)
    open_blockers = models.PositiveIntegerField(default=0)

    capacity_fte = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    # In the portfolio's currency, by the rate of the day.
    remaining_cost = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    mandatory = models.CharField(max_length=200, blank=True)
    vendor_name = models.CharField(max_length=200, blank=True)
    data_sources = models.TextField(blank=True)
    p50_on = models.DateField(null=True)
    p80_on = models.DateField(null=True)
    p95_on = models.DateField(null=True)
    p_on_time = models.FloatField(null=True)

    class Meta:
        ordering = ["project", "since"]
        constraints = [
            models.UniqueConstraint(fields=["project", "since"], name="one_row_a_day"),
            models.UniqueConstraint(
                fields=["project"], condition=Q(until=None), name="one_row_that_still_holds"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="a_row_ends_after_it_began"
            ),
        ]
        indexes = [
            models.Index(fields=["portfolio", "since", "until"], name="days_of_a_portfolio"),
        ]
