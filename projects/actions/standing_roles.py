"""Roles on all projects of a portfolio, for projects whose teams name nobody."""

from django.db import transaction

from projects import events, permissions
from projects.actions import _deputies
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio, Role, StandingRole
from projects.queries import standing_roles as queries


@transaction.atomic
def name(portfolio_id: int, *, user_id: int, role: str, actor: Actor) -> StandingRole:
    """Give a member a role on all projects; named already is no change."""
    _deputies.people(user_id)
    portfolio = Portfolio.objects.select_for_update(of=("self",)).get(pk=portfolio_id)
    permissions.require(actor, "standing_role.edit", portfolio)
    if role not in Role.values:
        raise Refused(
            f"There is no role {role[:40]}. Use one of {', '.join(Role.values)}.", code="unknown_role"
        )
    person = queries.who_may_have_one(portfolio).filter(pk=user_id).first()
    if person is None:
        raise Refused(
            f"Only an active member of {portfolio.name} can have a role on all its projects. "
            "Make the person a member first.",
            code="not_a_member",
        )
    held, is_new = StandingRole.objects.get_or_create(portfolio=portfolio, user=person, role=role)
    if is_new:
        said = {"user": person.pk, "name": person.name, "role": role}
        events.record(portfolio, "standing_role.added", actor, **said)
    return held


@transaction.atomic
def remove(portfolio_id: int, *, user_id: int, role: str, actor: Actor) -> None:
    """Take the role on all projects away; not held is no change."""
    portfolio = Portfolio.objects.select_for_update(of=("self",)).get(pk=portfolio_id)
    permissions.require(actor, "standing_role.edit", portfolio)
    rows = StandingRole.objects.filter(portfolio=portfolio, user_id=user_id, role=role)
    held = rows.select_related("user").first()
    if held is None:
        return
    held.delete()
    said = {"user": user_id, "name": held.user.name, "role": role}
    events.record(portfolio, "standing_role.removed", actor, **said)
