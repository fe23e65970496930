"""Who signs for whom, as people read it: what is in force, what is to come, and who could be named."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils import timezone

from projects.models import (
    BusinessUnit,
    Delegation,
    Membership,
    Portfolio,
    PortfolioRole,
    StandingRole,
    TeamRole,
)
from projects.queries import signatories
from projects.rules import roles

# More fit no page; those that end last come first.
MOST = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One delegation on a day."""

    delegation: Delegation
    today: date

    @property
    def state(self) -> str:
        """In force, to come, or over."""
        one = self.delegation
        if one.ended_at is not None or one.to_on < self.today:
            return "over"
        return "to_come" if one.from_on > self.today else "in_force"

    @property
    def label(self) -> str:
        return roles.label(self.delegation.role)


@dataclass(frozen=True, slots=True)
class OfPerson:
    """What a person has lent to others, and what others have lent to them."""

    given: list[Row]
    held: list[Row]


@dataclass(frozen=True, slots=True)
class Lendable:
    """The roles of a person in one portfolio."""

    portfolio: Portfolio
    labels: list[str]


def today_in(portfolio: Portfolio) -> date:
    """The day it is in the portfolio's time zone: the days of a delegation are counted there."""
    return timezone.localdate(timezone=ZoneInfo(portfolio.time_zone))


def of_person(user_id: int) -> OfPerson:
    """What is in force or to come of what a person gave or holds, in every portfolio; one query."""
    rows = _now_or_later(Delegation.objects.filter(Q(person=user_id) | Q(deputy=user_id)))
    return OfPerson(
        [row for row in rows if row.delegation.person_id == user_id],
        [row for row in rows if row.delegation.deputy_id == user_id],
    )


def of_portfolio(portfolio: Portfolio) -> list[Row]:
    """What is in force or to come in a portfolio; one query."""
    return _now_or_later(Delegation.objects.filter(portfolio=portfolio))


def lendable(user_id: int) -> list[Lendable]:
    """The portfolios in which a person has roles to lend, by name; two queries."""
    held = signatories.own_roles_of(user_id, timezone.localdate())
    found = Portfolio.objects.filter(pk__in=held, archived_at=None)
    return [
        Lendable(one, [role.label for role in roles.every() if role.code in held[one.pk]]) for one in found
    ]


def who_has_a_role(portfolio: Portfolio) -> QuerySet[Any]:
    """Active people with a role on a project of the portfolio or on all, and its managers."""
    team = TeamRole.objects.filter(project__portfolio=portfolio, project__deleted_at=None)
    standing = StandingRole.objects.filter(portfolio=portfolio)
    managers = Membership.objects.filter(portfolio=portfolio, role=PortfolioRole.MANAGER)
    held = Q(pk__in=team.values("user"))
    held |= Q(pk__in=standing.values("user")) | Q(pk__in=managers.values("user"))
    return get_user_model().objects.filter(held, is_active=True, is_service=False)


def who_may_stand_in(portfolio: Portfolio) -> QuerySet[Any]:
    """Active people who are members of the portfolio or on the team of one of its projects."""
    members = Membership.objects.filter(portfolio=portfolio).values("user")
    team = TeamRole.objects.filter(project__portfolio=portfolio, project__deleted_at=None).values("user")
    seen = Q(pk__in=members) | Q(pk__in=team)
    return get_user_model().objects.filter(seen, is_active=True, is_service=False)


def given_already(
    portfolio: Portfolio,
    *,
    role: str,
    person: int,
    deputy: int,
    days: tuple[date, date],
    unit: BusinessUnit | None,
) -> bool:
    """Whether the deputy has the same, or more, on one of these days; one query."""
    first, last = days
    rows = Delegation.objects.filter(portfolio=portfolio, role=role, person=person, deputy=deputy)
    rows = rows.filter(ended_at=None, from_on__lte=last, to_on__gte=first)
    covering = (
        Q(unit=None) if unit is None else Q(unit=None) | Q(unit__in=[unit.pk, unit.parent_id or unit.pk])
    )
    return rows.filter(covering).exists()


def _now_or_later(rows: QuerySet[Delegation]) -> list[Row]:
    """Those that are not over on the day it is in their portfolio, the next to begin first."""
    # Nowhere is it earlier than a day ago: those that are over only there are left out below.
    recent = rows.filter(ended_at=None, to_on__gte=timezone.localdate() - timedelta(days=1))
    found = recent.select_related("portfolio", "person", "deputy", "unit__parent")
    listed = [Row(one, today_in(one.portfolio)) for one in found.order_by("from_on", "pk")[:MOST]]
    return [row for row in listed if row.state != "over"]
