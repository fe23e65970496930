"""What was expected of a project, kept so that it can be judged when the project has ended."""

from django.db import models
from django.db.models import Q


class ForecastOccasion(models.TextChoices):
    GATE = "gate", "At a gate"
    MONTH_END = "month_end", "At the end of a month"


class Forecast(models.Model):
    """The forecast of a project on a day that counts: at a gate, and on the last day of each month.

    Those of other days are with the days (`ProjectDay`). Days p50 to p95 are given that it reaches
    production; None where no run of the simulation did.
    """

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="forecasts")
    on = models.DateField()
    occasion = models.CharField(max_length=9, choices=ForecastOccasion.choices)
    made_at = models.DateTimeField()
    stage = models.CharField(max_length=12, help_text="The standard code.")
    p_production = models.FloatField()
    # That it is live within 365 days of the forecast: an open project can be judged by it.
    p_within_year = models.FloatField()
    committed_on = models.DateField(null=True, blank=True)
    p_on_time = models.FloatField(null=True, blank=True)
    p50_on = models.DateField(null=True, blank=True)
    p80_on = models.DateField(null=True, blank=True)
    p95_on = models.DateField(null=True, blank=True)
    seed = models.BigIntegerField()
    runs = models.PositiveIntegerField()
    model_version = models.CharField(max_length=60)
    is_generated = models.BooleanField(default=False)

    class Meta:
        ordering = ["project", "-on"]
        constraints = [
            models.UniqueConstraint(fields=["project", "on", "occasion"], name="one_forecast_an_occasion"),
            models.CheckConstraint(
                condition=Q(p_production__gte=0, p_production__lte=1),
                name="a_chance_is_between_none_and_sure",
            ),
        ]
