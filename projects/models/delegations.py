"""Who signs where a project names nobody, and who signs for somebody else for a while."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from projects.models.teams import Role


class StandingRole(models.Model):
    """A person who has a role on every project of a portfolio whose team names nobody for it."""

    portfolio = models.ForeignKey(
        "projects.Portfolio", on_delete=models.CASCADE, related_name="standing_roles"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="standing_roles"
    )
    role = models.CharField(max_length=2, choices=Role.choices)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["portfolio", "role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["portfolio", "user", "role"], name="a_standing_role_is_held_once"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="standing_role_is_known"),
        ]


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def in_force(self, today: date) -> Self:
        """Those that hold on this day; both ends are included."""
        return self.filter(ended_at=None, from_on__lte=today, to_on__gte=today)


class Delegation(models.Model):
    """A person lets somebody else sign for one of their roles, from one day to another.

    It is worth what the person's role is worth: where they do not have the role any more, neither has the
    deputy. What was delegated cannot be delegated on.
    """

    portfolio = models.ForeignKey("projects.Portfolio", on_delete=models.CASCADE, related_name="delegations")
    role = models.CharField(max_length=2, choices=Role.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="delegations_given"
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="delegations_held"
    )
    from_on = models.DateField()
    to_on = models.DateField()
    unit = models.ForeignKey(
        "projects.BusinessUnit", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    reason = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["-to_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="a_delegation_ends_later"),
            models.CheckConstraint(condition=~Q(person=F("deputy")), name="nobody_is_their_own_deputy"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="delegated_role_is_known"),
        ]
        indexes = [
            models.Index(fields=["deputy", "to_on"], condition=Q(ended_at=None), name="delegations_held"),
        ]
