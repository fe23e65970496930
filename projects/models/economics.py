"""What a project still costs, what it is worth once live, and when it is likely to be there."""

from django.db import models
from django.db.models import Q


class Economics(models.Model):
    """Columns of a project that a balanced portfolio needs. None and empty: nobody has said, never zero.

    Amounts are in the currency of the portfolio; only costs may be in another, with a rate by date.
    """

    remaining_cost = models.DecimalField(
        max_digits=16, decimal_places=2, null=True, blank=True, help_text="Money still to be spent."
    )
    launch_cost = models.DecimalField(
        max_digits=16,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Of bringing it to its users once it works.",
    )
    cost_currency = models.CharField(max_length=3, blank=True, help_text="Empty: that of the portfolio.")
    # In percent: that it is used and pays, once it is live (Cooper's probability of commercial success).
    chance_of_use = models.PositiveSmallIntegerField(null=True, blank=True)
    mandatory = models.CharField(
        "has to be done", max_length=200, blank=True, help_text="The regulation or contract that demands it."
    )
    vendor_name = models.CharField(max_length=200, blank=True)
    # The business metric as it was measured after the launch, to be compared with baseline and target.
    metric_realised = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)

    # The newest forecast, so that flags, headers and lists read columns; written by `actions.forecasts` only.
    # Days are given that it reaches production; `p_on_time` is the chance to be live by `committed_on`.
    p05_on = models.DateField(null=True, blank=True, editable=False)
    p50_on = models.DateField(null=True, blank=True, editable=False)
    p80_on = models.DateField(null=True, blank=True, editable=False)
    p95_on = models.DateField(null=True, blank=True, editable=False)
    p_on_time = models.FloatField(null=True, blank=True, editable=False)
    forecast_at = models.DateTimeField(null=True, blank=True, editable=False)

    # Invented to give a sample a past; labelled wherever it shows.
    is_generated = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True


def constraints() -> list[models.CheckConstraint]:
    """What these columns may hold; constraints of an abstract model would be lost to those of the model."""
    return [
        models.CheckConstraint(
            condition=(Q(remaining_cost=None) | Q(remaining_cost__gte=0))
            & (Q(launch_cost=None) | Q(launch_cost__gte=0)),
            name="a_cost_is_not_negative",
        ),
        models.CheckConstraint(
            condition=Q(chance_of_use=None) | Q(chance_of_use__lte=100),
            name="chance_of_use_is_a_percentage",
        ),
    ]
