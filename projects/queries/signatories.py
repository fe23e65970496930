"""Who may sign for a role on a project: whoever holds it in their own right, and their deputies.

The team comes first; where it names nobody active, those with the role on all projects of the portfolio;
as portfolio manager, where there is neither, the portfolio's managers. Administrators sign for nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from projects.actors import Actor
from projects.models import (
    BusinessUnit,
    Delegation,
    Membership,
    Outcome,
    PortfolioRole,
    Project,
    SignOff,
    StandingRole,
    TeamRole,
)

ACTIVE = {"user__is_active": True, "user__is_service": False}
WAITING = Q(decision="", withdrawn_at=None, superseded_at=None)
MANAGERS_ROLE = "PM"
# How a person comes to a role; managers are of the portfolio, too.
TEAM, PORTFOLIO, MANAGER, DEPUTY = "team", "portfolio", "manager", "deputy"


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
    return _by_portfolio(_rights(user_id, today))


def own_roles_of(user_id: int, today: date) -> dict[int, frozenset[str]]:
    """The same in the person's own right, so without what was delegated to them; one query."""
    return _by_portfolio(right for right in _rights(user_id, today) if right[2] != DEPUTY)


def waiting_for(actor: Actor, today: date) -> QuerySet[SignOff]:
    """The waiting requests that this person may answer, on projects under way; one query, for their rights.

    Every way to a role is a way to see its project, so nothing is asked about that.
    """
    rights = [] if actor.is_machine else _rights(actor.user_id, today)
    running = SignOff.objects.filter(WAITING, project__deleted_at=None, project__archived_at=None)
    running = running.exclude(project__outcome__in=[Outcome.RETIRED, Outcome.STOPPED])
    ids, found = running.order_by().values("pk"), []
    # Joined one by one: of ways that are alternatives in one condition, PostgreSQL reads all teams.
    for kind, ways in _ways(actor.user_id, today).items():
        held = _by_portfolio(right for right in rights if right[2] == kind)
        somewhere = [Q(project__portfolio_id=pk, role__in=sorted(roles)) for pk, roles in held.items()]
        found += [ids.filter(reduce(or_, somewhere), way) for way in ways] if somewhere else []
    return running.filter(pk__in=found[0].union(*found[1:])) if found else SignOff.objects.none()


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


def _rights(user_id: int, today: date) -> list[tuple[int, str, str]]:
    """Portfolio, role and how a person comes to it; one query."""
    mine: dict[str, Any] = {"user": user_id, **ACTIVE}
    team = TeamRole.objects.filter(project__deleted_at=None, **mine).order_by()
    members = Membership.objects.filter(portfolio=OuterRef("portfolio"), user=OuterRef("user"))
    standing = StandingRole.objects.filter(Exists(members), **mine).order_by()
    manages = Membership.objects.filter(role=PortfolioRole.MANAGER, **mine).order_by()
    held = Delegation.objects.in_force(today).filter(
        deputy=user_id,
        deputy__is_active=True,
        deputy__is_service=False,
        person__is_active=True,
        person__is_service=False,
    )
    rows = team.values_list("project__portfolio_id", "role", Value(TEAM)).union(
        standing.values_list("portfolio_id", "role", Value(PORTFOLIO)),
        manages.values_list("portfolio_id", Value(MANAGERS_ROLE), Value(MANAGER)),
        held.order_by().values_list("portfolio_id", "role", Value(DEPUTY)),
    )
    return list(rows)


def _by_portfolio(rights: Iterable[tuple[int, str, str]]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    for portfolio_id, role, _ in rights:
        found.setdefault(portfolio_id, set()).add(role)
    return {portfolio_id: frozenset(roles) for portfolio_id, roles in found.items()}


def _ways(user_id: Any, today: date) -> dict[str, list[Q]]:
    """How somebody comes to sign what is asked: in their own right, or for whoever has it in theirs."""
    project, portfolio = OuterRef("project"), OuterRef("project__portfolio")
    ways = {kind: [way] for kind, way in _ways_to_hold(user_id, project, portfolio).items()}
    project = OuterRef(project)
    sees = Q(Exists(Membership.objects.filter(portfolio=OuterRef("portfolio"), user=user_id)))
    sees |= Q(Exists(TeamRole.objects.filter(project=project, user=user_id)))
    rows = Delegation.objects.in_force(today).filter(
        Q(unit=None) | Q(unit=OuterRef("project__unit")) | Q(unit=OuterRef("project__unit__parent")),
        sees,
        deputy=user_id,
        portfolio=portfolio,
        role=OuterRef("role"),
    )
    others = _ways_to_hold(OuterRef("person"), project, OuterRef("portfolio")).values()
    return {**ways, DEPUTY: [Q(Exists(rows.filter(way))) for way in others]}


def _ways_to_hold(user: Any, project: OuterRef, portfolio: OuterRef) -> dict[str, Q]:
    """How somebody comes to hold a role in their own right; the row that is asked about has a `role`."""
    team = TeamRole.objects.filter(project=project, role=OuterRef("role"), **ACTIVE)
    standing, managers = _standing(portfolio, OuterRef("role")), _managers(portfolio)
    nobody_on_team, nobody_on_all = ~Q(Exists(team)), ~Q(Exists(standing))
    manages = Q(Exists(managers.filter(user=user)), role=MANAGERS_ROLE)
    return {
        TEAM: Q(Exists(team.filter(user=user))),
        PORTFOLIO: Q(Exists(standing.filter(user=user))) & nobody_on_team,
        MANAGER: manages & nobody_on_team & nobody_on_all,
    }
