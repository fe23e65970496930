"""Roles that people have on all projects of a portfolio whose teams name nobody for them."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from projects.models import Membership, Portfolio, StandingRole
from projects.rules import roles


@dataclass(frozen=True, slots=True)
class Held:
    """One of the twelve roles and who has it on all projects."""

    code: str
    label: str
    rows: tuple[StandingRole, ...]


def of(portfolio: Portfolio) -> list[Held]:
    """Every role with those who have it, by name; one query."""
    found = StandingRole.objects.filter(portfolio=portfolio).select_related("user")
    rows = list(found.order_by("user__name", "pk"))
    return [
        Held(role.code, role.label, tuple(row for row in rows if row.role == role.code))
        for role in roles.every()
    ]


def who_may_have_one(portfolio: Portfolio) -> QuerySet[Any]:
    """The active members of a portfolio; service accounts sign nothing."""
    members = Membership.objects.filter(portfolio=portfolio).values("user_id")
    return get_user_model().objects.filter(pk__in=members, is_active=True, is_service=False)
