"""Invitations: the only way to an account."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from portfolio.accounts.actions.links import hashed
from portfolio.accounts.models import Invitation, User
from projects import events, permissions
from projects.actions import members
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio, PortfolioRole

VALID_FOR = timedelta(days=7)


@transaction.atomic
def invite(
    *, email: str, actor: Actor, portfolio_id: int | None = None, role: str = ""
) -> tuple[Invitation | None, str]:
    """Invite somebody, with a role in a portfolio or without one; the invitation and its token.

    Who has an account already joins the portfolio at once: then there is nothing to accept.
    """
    email = email.strip().lower()
    portfolio = Portfolio.objects.get(pk=portfolio_id) if portfolio_id is not None else None
    permissions.require(actor, "member.edit" if portfolio else "person.manage", portfolio)
    if portfolio and role not in PortfolioRole.values:
        raise Refused(f"There is no role {role}.", code="unknown_role")
    person = User.objects.filter(email=email).first()
    if person is not None:
        if portfolio is None or not person.is_active:
            state = (
                "has an account already"
                if person.is_active
                else "was deactivated. Let them in again on the people page"
            )
            raise Refused(f"{email} {state}.", code="account_exists")
        members.set_role(portfolio.pk, user_id=person.pk, role=role, actor=actor)
        return None, ""
    now = actor.now()
    Invitation.objects.filter(email=email, portfolio=portfolio, accepted_at=None, revoked_at=None).update(
        revoked_at=now
    )
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=email,
        portfolio=portfolio,
        role=role,
        token_hash=hashed(token),
        invited_by_id=actor.user_id,
        expires_at=now + VALID_FOR,
    )
    events.record(portfolio, "person.invited", actor, email=email, role=role)
    return invitation, token


def open_one(token: str) -> Invitation | None:
    """The invitation behind a link, or None when it is unknown, used, taken back or too old."""
    return (
        Invitation.objects.filter(
            token_hash=hashed(token), accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
        )
        .select_related("portfolio", "invited_by")
        .first()
    )


@transaction.atomic
def accept(token: str, *, name: str, password: str) -> User:
    """Open the account; every open invitation to this address counts."""
    invitation = open_one(token)
    taken = invitation and Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(
        accepted_at=timezone.now()
    )
    if invitation is None or not taken:
        raise Refused("This invitation no longer works. Ask for a new one.", code="invitation_used")
    if User.objects.filter(email=invitation.email).exists():
        raise Refused("This address has an account already. Sign in.", code="account_exists")
    person = User.objects.create_user_with(email=invitation.email, name=name.strip(), password=password)
    inviter = Actor.system("page")
    others = Invitation.objects.filter(
        email=invitation.email, accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    )
    for one in [invitation, *others]:
        if one.portfolio is not None:
            members.set_role(one.portfolio.pk, user_id=person.pk, role=one.role, actor=inviter)
    others.update(accepted_at=timezone.now())
    events.record(invitation.portfolio, "person.joined", Actor(person, "page"), user=person.pk)
    return person


@transaction.atomic
def revoke(invitation_id: int, *, actor: Actor) -> None:
    """Take an invitation back; its link stops working."""
    invitation = Invitation.objects.select_related("portfolio").get(pk=invitation_id)
    permissions.require(
        actor, "member.edit" if invitation.portfolio else "person.manage", invitation.portfolio
    )
    Invitation.objects.filter(pk=invitation_id, accepted_at=None, revoked_at=None).update(
        revoked_at=actor.now()
    )
