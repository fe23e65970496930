"""People, as a project or a portfolio sees them."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from projects.models import Membership, Project, TeamRole

Person = Any  # The user model is a setting; projects never import it.


def who_may_see(project: Project) -> QuerySet[Any]:
    """Active people who are members of the project's portfolio or on its team."""
    members = Membership.objects.filter(portfolio_id=project.portfolio_id).values("user_id")
    team = TeamRole.objects.filter(project=project).values("user_id")
    return get_user_model().objects.filter(
        Q(pk__in=members) | Q(pk__in=team), is_active=True, is_service=False
    )
