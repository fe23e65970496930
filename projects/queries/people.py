"""People, as a project or a portfolio sees them."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet

from projects.models import Membership, Portfolio, PortfolioRole, Project, TeamRole

Person = Any  # The user model is a setting; projects never import it.


def who_may_see(project: Project) -> QuerySet[Any]:
    """Active people who are members of the project's portfolio or on its team."""
    members = Membership.objects.filter(portfolio_id=project.portfolio_id).values("user_id")
    team = TeamRole.objects.filter(project=project).values("user_id")
    return get_user_model().objects.filter(
        Q(pk__in=members) | Q(pk__in=team), is_active=True, is_service=False
    )


def who_may_see_all(portfolio: Portfolio) -> QuerySet[Any]:
    """Active people who may see every project of a portfolio: its members, and those who see everything."""
    members = Membership.objects.filter(portfolio=portfolio).values("user_id")
    held = Permission.objects.filter(codename="see_all", content_type__app_label="projects")
    see_all = Q(is_superuser=True) | Q(pk__in=held.values("user")) | Q(pk__in=held.values("group__user"))
    return get_user_model().objects.filter(Q(pk__in=members) | see_all, is_active=True, is_service=False)


def who_may_join(portfolio: Portfolio, *, besides: int | None) -> QuerySet[Any]:
    """Whom a new project can name: active members of the portfolio, and whoever adds it."""
    members = Membership.objects.filter(portfolio=portfolio).values("user_id")
    known = Q(pk__in=members) | Q(pk__in=[besides] if besides else [])
    return get_user_model().objects.filter(known, is_active=True, is_service=False)


def who_may_approve(project: Project, *, but_not: int | None) -> QuerySet[Any]:
    """Who can agree to a hold: sponsors and managers of the project, but not the one who asks for it."""
    heads = TeamRole.objects.filter(project=project, role__in=["SP", "PM"]).values("user_id")
    managers = Membership.objects.filter(
        portfolio_id=project.portfolio_id, role__in=[PortfolioRole.MANAGER, PortfolioRole.ADMINISTRATOR]
    ).values("user_id")
    found = get_user_model().objects.filter(Q(pk__in=heads) | Q(pk__in=managers), is_active=True)
    return found.filter(is_service=False).exclude(pk__in=[but_not] if but_not else [])


def who_may_own(project: Project) -> QuerySet[Any]:
    """Who can be the owner: those who may see the project, and the present owner whoever that is."""
    owner = [project.owner_id] if project.owner_id else []
    return who_may_see(project) | get_user_model().objects.filter(pk__in=owner)


def who_may_do(project: Project, *, besides: Iterable[int | None]) -> QuerySet[Any]:
    """Who can own a to-do: those who may see the project, and who asks or owns it already."""
    known = get_user_model().objects.filter(pk__in=[pk for pk in besides if pk], is_service=False)
    return who_may_see(project) | known
