"""Who belongs to a portfolio, and in which role."""

from django.db import transaction

from projects import events, permissions
from projects.actions import _deputies
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Membership, Portfolio, PortfolioRole


@transaction.atomic
def set_role(portfolio_id: int, *, user_id: int, role: str, actor: Actor) -> Membership:
    """Add a person to a portfolio or change their role; the same role again is no change."""
    portfolio = Portfolio.objects.select_for_update().get(pk=portfolio_id)
    permissions.require(actor, "member.edit", portfolio)
    if role not in PortfolioRole.values:
        raise Refused(f"There is no role {role}.", code="unknown_role")
    membership = Membership.objects.filter(portfolio=portfolio, user_id=user_id).first()
    if membership is None:
        membership = Membership.objects.create(portfolio=portfolio, user_id=user_id, role=role)
        events.record(portfolio, "member.added", actor, user=user_id, role=role)
    elif membership.role != role:
        _keep_one_administrator(portfolio, membership)
        before, membership.role = membership.role, role
        membership.save(update_fields=["role"])
        events.record(portfolio, "member.changed", actor, user=user_id, role=role, before=before)
    return membership


@transaction.atomic
def remove(portfolio_id: int, *, user_id: int, actor: Actor) -> None:
    """Take a person out of a portfolio, and of their roles on all its projects; not there is no change."""
    portfolio = Portfolio.objects.select_for_update().get(pk=portfolio_id)
    permissions.require(actor, "member.edit", portfolio)
    membership = Membership.objects.filter(portfolio=portfolio, user_id=user_id).first()
    if membership is None:
        return
    _keep_one_administrator(portfolio, membership)
    _deputies.leave(portfolio.pk, user_id, actor)
    membership.delete()
    events.record(portfolio, "member.removed", actor, user=user_id, role=membership.role)


def _keep_one_administrator(portfolio: Portfolio, leaving: Membership) -> None:
    """A portfolio that nobody administers could never be changed again."""
    if leaving.role != PortfolioRole.ADMINISTRATOR:
        return
    others = Membership.objects.filter(
        portfolio=portfolio, role=PortfolioRole.ADMINISTRATOR, user__is_active=True
    )
    if not others.exclude(pk=leaving.pk).exists():
        raise Refused(
            f"{portfolio.name} would have no administrator. Give somebody else the role first.",
            code="last_administrator",
        )
