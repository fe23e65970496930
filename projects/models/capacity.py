"""Who is needed and who is there: people by kind of work, by month."""

from django.db import models
from django.db.models import F, Q


class Capability(models.Model):
    """A kind of work that people of a portfolio do, such as data engineering."""

    portfolio = models.ForeignKey("projects.Portfolio", on_delete=models.CASCADE, related_name="capabilities")
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["portfolio", "name"], name="a_capability_has_one_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Supply(models.Model):
    """How many full-time people there are from a month on, until the next such row."""

    capability = models.ForeignKey(Capability, on_delete=models.CASCADE, related_name="supplies")
    from_month = models.DateField(help_text="The first of a month.")
    fte = models.DecimalField(max_digits=7, decimal_places=2)

    class Meta:
        ordering = ["capability", "from_month"]
        constraints = [
            models.UniqueConstraint(fields=["capability", "from_month"], name="one_supply_a_month"),
            models.CheckConstraint(condition=Q(fte__gte=0), name="a_supply_is_not_negative"),
            models.CheckConstraint(condition=Q(from_month__day=1), name="a_supply_begins_with_its_month"),
        ]


class Demand(models.Model):
    """How many full-time people a project needs of a capability, and from when until when.

    No first day: since always. No last day: until the project is live.
    """

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="demands")
    capability = models.ForeignKey(Capability, on_delete=models.PROTECT, related_name="demands")
    fte = models.DecimalField(max_digits=6, decimal_places=2)
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["project", "capability__name"]
        constraints = [
            models.UniqueConstraint(fields=["project", "capability"], name="a_demand_is_stated_once"),
            models.CheckConstraint(condition=Q(fte__gte=0), name="a_demand_is_not_negative"),
            models.CheckConstraint(
                condition=Q(from_on=None) | Q(until_on=None) | Q(until_on__gte=F("from_on")),
                name="a_demand_ends_after_it_began",
            ),
        ]


class Rate(models.Model):
    """What one unit of a currency is worth in the portfolio's, from a day on until the next such row."""

    portfolio = models.ForeignKey("projects.Portfolio", on_delete=models.CASCADE, related_name="rates")
    currency = models.CharField(max_length=3)
    from_on = models.DateField()
    rate = models.DecimalField(max_digits=18, decimal_places=8)

    class Meta:
        ordering = ["portfolio", "currency", "-from_on"]
        constraints = [
            models.UniqueConstraint(fields=["portfolio", "currency", "from_on"], name="one_rate_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="a_rate_is_positive"),
        ]
