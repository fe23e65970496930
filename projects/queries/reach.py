"""Which projects somebody may see, as ids: long lists need a plan that knows how many they are.

`Project.objects.visible_to` says the same with subqueries; it is right for one project, as it asks
nothing beforehand.
"""

from typing import Any

from django.db.models import Q

from projects import permissions
from projects.actors import Actor
from projects.models import Project, TeamRole
from projects.models.projects import ProjectQuerySet
from projects.queries import portfolios

# Somebody with more roles is asked for by a subquery: the ids would make the statement longer than the work.
MOST = 200


def of(actor: Actor, slug: str = "") -> ProjectQuerySet:
    """The projects that this actor may know of, in one portfolio or in all.

    Asks for the portfolios, if nobody has done so for this request, and for teams in those of others.
    """
    found = Project.objects.filter(deleted_at=None)
    if actor.sees_all and actor.portfolios is None and not slug:
        return found
    named = [one.pk for one in portfolios.visible(actor) if slug in ("", one.slug)]
    whole = [pk for pk in named if actor.sees_all or permissions.portfolio_role(actor, pk)]
    others = [pk for pk in named if pk not in whole]
    if not others:
        return found.filter(portfolio_id__in=whole)
    on_teams = Q(pk__in=_on_teams(actor, others), portfolio_id__in=others)
    return found.filter(Q(portfolio_id__in=whole) | on_teams)


def _on_teams(actor: Actor, portfolio_ids: list[int]) -> Any:
    """Projects on whose team somebody is; those of these portfolios, unless they are many."""
    memo = ("on teams", *portfolio_ids)
    if memo not in actor.memo:
        held = TeamRole.objects.filter(user_id=actor.user_id).order_by()
        there = held.filter(project__portfolio_id__in=portfolio_ids).values_list("project_id", "role")
        roles = list(there[: MOST + 1])
        if len(roles) > MOST:
            actor.memo[memo] = held.values("project_id")
        else:
            permissions.take_project_roles(actor, roles)
            actor.memo[memo] = sorted({project_id for project_id, _ in roles})
    return actor.memo[memo]
