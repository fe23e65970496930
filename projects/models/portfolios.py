"""Portfolios, their business units and the people in them."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from projects.models.teams import TeamRole

if TYPE_CHECKING:
    from projects.actors import Actor


def default_target_mix() -> dict[str, int]:
    """Share of each quadrant in percent (domain 6.1, our choice)."""
    return {"quick_win": 30, "big_bet": 25, "fill_in": 40, "reconsider": 5}


def default_working_days() -> list[int]:
    """Monday to Friday, with Monday as 0."""
    return [0, 1, 2, 3, 4]


class PortfolioQuerySet(models.QuerySet["Portfolio"]):
    def visible_to(self, actor: "Actor") -> Self:
        """The portfolios that this actor may know of."""
        found = self if actor.portfolios is None else self.filter(pk__in=actor.portfolios)
        if actor.sees_all:
            return found
        memberships = Membership.objects.filter(user_id=actor.user_id).values("portfolio_id")
        teams = TeamRole.objects.filter(user_id=actor.user_id).values("project__portfolio_id")
        return found.filter(Q(pk__in=memberships) | Q(pk__in=teams))


class Portfolio(models.Model):
    """Projects balanced together, with their own workflow, thresholds, target mix, calendar and currency."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    key_prefix = models.CharField(max_length=6, unique=True)
    last_number = models.PositiveIntegerField(default=0)
    workflow = models.ForeignKey(
        "projects.WorkflowVersion",
        null=True,
        on_delete=models.PROTECT,
        related_name="current_in",
    )
    scorecard = models.ForeignKey(
        "projects.ScorecardVersion",
        null=True,
        on_delete=models.PROTECT,
        related_name="current_in",
    )
    # When a changed line or scorecard asked for all scores anew; None: they are up to date.
    scores_asked_at = models.DateTimeField(null=True, blank=True)
    risk_line = models.PositiveSmallIntegerField(default=50)
    impact_line = models.PositiveSmallIntegerField(default=50)
    risk_load_limit = models.PositiveSmallIntegerField(default=45, help_text="Percent of effort.")
    target_mix = models.JSONField(default=default_target_mix)
    currency = models.CharField(max_length=3, default="EUR")
    time_zone = models.CharField(max_length=64, default="UTC")
    working_days = models.JSONField(default=default_working_days)
    holidays = models.JSONField(default=list, blank=True)
    # A country, or a country and its region (DE, DE-BY): its public holidays are added to those above.
    holiday_region = models.CharField(max_length=12, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = PortfolioQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        permissions = [("see_all", "May see every portfolio and project")]
        constraints = [
            models.CheckConstraint(
                condition=Q(risk_line__lte=100, impact_line__lte=100, risk_load_limit__lte=100),
                name="portfolio_lines_are_percentages",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BusinessUnit(models.Model):
    """Where a project belongs, on two levels: an agency and its bureau, a division and its team."""

    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="units")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["portfolio", "name"],
                condition=Q(parent=None),
                name="top_unit_names_are_unique",
            ),
            models.UniqueConstraint(
                fields=["parent", "name"],
                condition=Q(parent__isnull=False),
                name="sub_unit_names_are_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PortfolioRole(models.TextChoices):
    """What a member may do in a portfolio; each role may do all that those before it may."""

    VIEWER = "viewer", "Viewer"
    CONTRIBUTOR = "contributor", "Contributor"
    APPROVER = "approver", "Approver"
    MANAGER = "manager", "Manager"
    ADMINISTRATOR = "administrator", "Administrator"


class Membership(models.Model):
    """A person's role in a portfolio."""

    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=PortfolioRole.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["user__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["portfolio", "user"], name="one_role_per_member"),
            models.CheckConstraint(
                condition=Q(role__in=PortfolioRole.values),
                name="portfolio_role_is_known",
            ),
        ]
