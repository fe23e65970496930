"""Who may sign for a role on a project: whoever holds it in their own right, and their deputies.

The team comes first; where it names nobody active, those with the role on all projects of the portfolio;
as portfolio manager, where there is neither, the portfolio's managers. Administrators sign for nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from projects.actors import Actor
from projects.models import (
    BusinessUnit,
    Delegation,
    Membership,
    PortfolioRole,
    Project,
    SignOff,
    StandingRole,
    TeamRole,
)
from projects.queries import reach

ACTIVE = {"user__is_active": True, "user__is_service": False}
WAITING = Q(decision="", withdrawn_at=None, superseded_at=None)
MANAGERS_ROLE = "PM"


@dataclass(frozen=True, slots=True)
class Signatory:
    """A person who may sign for a role, for themselves or for whom they are the deputy of."""

    user_id: int
    name: str
    acts_for: int | None = None
    acts_for_name: str = ""
    via: str = "team"  # team, portfolio or deputy


def of(project: Project, roles: Iterable[str], today: date) -> dict[str, list[Signatory]]:
    """Who may sign for each of these roles: holders by name, then their deputies; four queries at most."""
    wanted = list(dict.fromkeys(roles))
    team = list(TeamRole.objects.filter(project=project, **ACTIVE).select_related("user"))
    found = {role: [_holder(row.user, "team") for row in team if row.role == role] for role in wanted}
    open_to_all = [role for role in wanted if not found[role]]
    if open_to_all:
        for row in _standing(project.portfolio_id, open_to_all).select_related("user"):
            found[row.role].append(_holder(row.user, "portfolio"))
    if found.get(MANAGERS_ROLE) == []:
        managers = _managers(project.portfolio_id).select_related("user")
        found[MANAGERS_ROLE] = [_holder(row.user, "portfolio") for row in managers]
    holders = {(role, each.user_id) for role in wanted for each in found[role]}
    if holders:
        seeing = {row.user_id for row in team}
        for delegation in _delegations(project, holders, today, seeing):
            if (delegation.role, delegation.deputy_id) not in holders:
                found[delegation.role].append(_deputy(delegation))
    return {role: _in_order(found[role]) for role in wanted}


def roles_of(user_id: int, today: date) -> dict[int, frozenset[str]]:
    """Portfolio -> the roles in which a person may sign on some project there; one query."""
    held = Delegation.objects.in_force(today).filter(
        deputy=user_id,
        deputy__is_active=True,
        deputy__is_service=False,
        person__is_active=True,
        person__is_service=False,
    )
    return _by_portfolio(_own(user_id).union(held.order_by().values_list("portfolio_id", "role")))


def own_roles_of(user_id: int) -> dict[int, frozenset[str]]:
    """The same in the person's own right, so without what was delegated to them; one query."""
    return _by_portfolio(_own(user_id))


def waiting_for(actor: Actor, today: date) -> QuerySet[SignOff]:
    """The waiting requests that this person may answer, on projects under way that they may see.

    One query for the person's roles, beside those of reach; the list itself is not read here.
    """
    roles = {} if actor.is_machine else roles_of(actor.user_id, today)
    if not roles:
        return SignOff.objects.none()
    somewhere = Q()
    for portfolio_id, held in roles.items():
        somewhere |= Q(project__portfolio_id=portfolio_id, role__in=sorted(held))
    found = SignOff.objects.filter(WAITING).filter(somewhere, project__in=reach.of(actor).running())
    own = _holds(actor.user_id, OuterRef("project"), OuterRef("project__portfolio"), OuterRef("role"))
    return found.filter(own | _stands_in(actor.user_id, today))


def _holder(user: Any, via: str) -> Signatory:
    return Signatory(user.pk, user.name, via=via)


def _deputy(delegation: Delegation) -> Signatory:
    person = delegation.person
    return Signatory(delegation.deputy_id, delegation.deputy.name, person.pk, person.name, "deputy")


def _in_order(found: Iterable[Signatory]) -> list[Signatory]:
    """Holders before deputies, each by name; whoever is a deputy twice of the same person counts once."""
    return sorted(set(found), key=_place)


def _place(found: Signatory) -> tuple[bool, str, int, str, int]:
    return found.via == "deputy", found.name, found.user_id, found.acts_for_name, found.acts_for or 0


def _standing(portfolio: Any, roles: Iterable[str] | OuterRef) -> QuerySet[StandingRole]:
    """Roles on all projects of a portfolio; those of people who are no members any more are worth nothing."""
    chosen = {"role": roles} if isinstance(roles, OuterRef) else {"role__in": roles}
    members = Membership.objects.filter(portfolio=OuterRef("portfolio"), user=OuterRef("user"))
    return StandingRole.objects.filter(Exists(members), portfolio=portfolio, **chosen, **ACTIVE)


def _managers(portfolio: Any) -> QuerySet[Membership]:
    return Membership.objects.filter(portfolio=portfolio, role=PortfolioRole.MANAGER, **ACTIVE).order_by()


def _delegations(
    project: Project, holders: set[tuple[str, int]], today: date, seeing: set[int]
) -> list[Delegation]:
    """What the holders have delegated on this project to people who may see it; one query."""
    units = BusinessUnit.objects.none()
    if project.unit_id:  # "children=None" would be the units without any
        units = BusinessUnit.objects.filter(Q(pk=project.unit_id) | Q(children=project.unit_id))
    members = Membership.objects.filter(portfolio=project.portfolio_id, user=OuterRef("deputy"))
    rows = Delegation.objects.in_force(today).filter(
        Q(unit=None) | Q(unit__in=units.values("pk")),
        Q(deputy__in=seeing) | Exists(members),
        portfolio=project.portfolio_id,
        role__in={role for role, _ in holders},
        person__in={user_id for _, user_id in holders},
        deputy__is_active=True,
        deputy__is_service=False,
    )
    found = rows.order_by().select_related("person", "deputy")
    return [each for each in found if (each.role, each.person_id) in holders]


def _own(user_id: int) -> Any:
    """Pairs of portfolio and role that a person holds: on a team, on all projects, or as a manager."""
    team = TeamRole.objects.filter(user=user_id, project__deleted_at=None, **ACTIVE).order_by()
    members = Membership.objects.filter(portfolio=OuterRef("portfolio"), user=OuterRef("user"))
    standing = StandingRole.objects.filter(Exists(members), user=user_id, **ACTIVE).order_by()
    manages = Membership.objects.filter(user=user_id, role=PortfolioRole.MANAGER, **ACTIVE).order_by()
    return team.values_list("project__portfolio_id", "role").union(
        standing.values_list("portfolio_id", "role"),
        manages.annotate(held=Value(MANAGERS_ROLE)).values_list("portfolio_id", "held"),
    )


def _by_portfolio(pairs: Iterable[tuple[int, str]]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    for portfolio_id, role in pairs:
        found.setdefault(portfolio_id, set()).add(role)
    return {portfolio_id: frozenset(roles) for portfolio_id, roles in found.items()}


def _holds(user: Any, project: OuterRef, portfolio: OuterRef, role: OuterRef) -> Q:
    """Whether somebody holds the role in their own right; the row that is asked about has a `role`."""
    team = TeamRole.objects.filter(project=project, role=role, **ACTIVE)
    standing, managers = _standing(portfolio, role), _managers(portfolio)
    nobody_on_team, nobody_on_all = ~Q(Exists(team)), ~Q(Exists(standing))
    on_all = nobody_on_team & Q(Exists(standing.filter(user=user)))
    manages = Q(Exists(managers.filter(user=user)), role=MANAGERS_ROLE)
    return Q(Exists(team.filter(user=user))) | on_all | (nobody_on_team & nobody_on_all & manages)


def _stands_in(user_id: int, today: date) -> Exists:
    """Whether somebody who holds the role of a request has this person as a deputy there."""
    project = OuterRef(OuterRef("project"))
    holds = _holds(OuterRef("person"), project, OuterRef("portfolio"), OuterRef("role"))
    sees = Q(Exists(Membership.objects.filter(portfolio=OuterRef("portfolio"), user=user_id)))
    sees |= Q(Exists(TeamRole.objects.filter(project=project, user=user_id)))
    rows = Delegation.objects.in_force(today).filter(
        Q(unit=None) | Q(unit=OuterRef("project__unit")) | Q(unit=OuterRef("project__unit__parent")),
        holds,
        sees,
        deputy=user_id,
        portfolio=OuterRef("project__portfolio"),
        role=OuterRef("role"),
    )
    return Exists(rows)
