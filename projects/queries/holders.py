"""Who stands behind the levels of escalation on a project: the people that a step tells."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Q

from projects.models import Membership, PortfolioRole, Project, TeamRole
from projects.models.blockers import POLICY

LEVEL_ROLES = sorted({role for level in POLICY.levels for role in level.roles})


class Holder(NamedTuple):
    """An active person."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Holders:
    """The people of every level on some projects."""

    team: dict[tuple[int, str], list[Holder]]
    managers: dict[int, list[Holder]]

    def at(self, project: Project, level: int) -> list[Holder]:
        """Who holds a level's roles on a project, by name; managers of the portfolio are its board."""
        roles = POLICY.levels[level].roles
        found = {person for role in roles for person in self.team.get((project.pk, role), ())}
        if "PM" in roles:
            found |= set(self.managers.get(project.portfolio_id, ()))
        return sorted(found, key=lambda person: (person.name, person.id))


def held_by(user: Any) -> Q:
    """Blockers above level 0 whose level this person holds."""
    found = Q()
    for level, kind in enumerate(POLICY.levels):
        if not kind.roles:
            continue
        held = Q(project__in=TeamRole.objects.filter(user=user, role__in=kind.roles).values("project"))
        if "PM" in kind.roles:
            managed = Membership.objects.filter(user=user, role=PortfolioRole.MANAGER)
            held |= Q(portfolio__in=managed.values("portfolio"))
        found |= Q(level=level) & held
    return found


def of(projects: Iterable[Project]) -> Holders:
    """The holders on these projects; two queries."""
    projects = list(projects)
    team, managers = defaultdict(list), defaultdict(list)
    active = {"user__is_active": True, "user__is_service": False}
    held = TeamRole.objects.filter(project__in=[one.pk for one in projects], role__in=LEVEL_ROLES, **active)
    for project_id, role, pk, name in held.values_list("project_id", "role", "user_id", "user__name"):
        team[project_id, role].append(Holder(pk, name))
    portfolios = {one.portfolio_id for one in projects}
    managing = Membership.objects.filter(
        portfolio__in=portfolios, role=PortfolioRole.MANAGER, **active
    ).order_by()
    for portfolio_id, pk, name in managing.values_list("portfolio_id", "user_id", "user__name"):
        managers[portfolio_id].append(Holder(pk, name))
    return Holders(dict(team), dict(managers))
