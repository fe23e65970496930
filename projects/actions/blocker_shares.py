"""Portfolio blockers: those that stop so many projects that one person answers for all of it."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from projects import permissions
from projects.actions import _blockers, _owners, flags
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Blocker, Membership, PortfolioRole, Project
from projects.models.blockers import POLICY
from projects.rules import blockers as rules


@transaction.atomic
def share(blocker_id: int, *, owner: Any, actor: Actor) -> Blocker:
    """Make a blocker of several projects one of the portfolio, or give it another owner there.

    Without an owner it goes to the portfolio's first manager.
    """
    held = _blockers.lock(blocker_id, actor)
    permissions.require(actor, "blocker.share", held.project)
    blocker = held.blocker
    _blockers.refuse_resolved(blocker)
    if not rules.is_shared(POLICY, 1 + len(_stopped(blocker))):
        message = f"A portfolio blocker stops {POLICY.shared_from} projects or more. Name the others first."
        raise Refused(message, code="not_shared")
    owner = owner or first_manager(held.project)
    _blockers.refuse(_owners.obstacles(owner, held.project, "owner"))
    if blocker.is_shared and blocker.shared_owner == owner:
        return blocker
    _give(held, owner, actor)
    flags.refresh(held.project, actor=actor)
    return blocker


@transaction.atomic
def unshare(blocker_id: int, *, actor: Actor) -> Blocker:
    """Give a portfolio blocker back to its project once it stops fewer projects."""
    held = _blockers.lock(blocker_id, actor)
    permissions.require(actor, "blocker.share", held.project)
    blocker = held.blocker
    if not blocker.is_shared:
        return blocker
    if rules.is_shared(POLICY, 1 + len(_stopped(blocker))):
        message = (
            f"It still stops {POLICY.shared_from} projects or more. Take off those that it does not stop."
        )
        raise Refused(message, code="still_shared")
    blocker.is_shared, blocker.shared_owner = False, None
    _blockers.save(blocker, "is_shared", "shared_owner")
    _blockers.record(held, "blocker.unshared", actor)
    flags.refresh(held.project, actor=actor)
    return blocker


def promote(held: _blockers.Held, actor: Actor, *, owner: Any) -> None:
    """Make a locked blocker one of the portfolio as soon as it stops enough projects; else nothing."""
    blocker = held.blocker
    if blocker.is_shared or not rules.is_shared(POLICY, 1 + len(_stopped(blocker))):
        return
    _blockers.refuse(_owners.obstacles(owner, held.project, "shared_owner"))
    _give(held, owner or first_manager(held.project) or blocker.owner, actor)


def first_manager(project: Project) -> Any:
    """Who has managed the portfolio for the longest time, else administered it; None when nobody does."""
    for role in (PortfolioRole.MANAGER, PortfolioRole.ADMINISTRATOR):
        held = Membership.objects.filter(portfolio_id=project.portfolio_id, role=role)
        active = held.filter(user__is_active=True, user__is_service=False).order_by("created_at", "pk")
        if found := active.values_list("user", flat=True).first():
            return get_user_model().objects.get(pk=found)
    return None


def _give(held: _blockers.Held, owner: Any, actor: Actor) -> None:
    blocker = held.blocker
    before = blocker.shared_owner_id
    blocker.is_shared, blocker.shared_owner = True, owner
    _blockers.save(blocker, "is_shared", "shared_owner")
    said = {"owner": [before, blocker.shared_owner_id], "projects": 1 + len(_stopped(blocker))}
    _blockers.record(held, "blocker.shared", actor, **said)


def _stopped(blocker: Blocker) -> list[int]:
    """The other projects that it stops, deleted ones left out."""
    return list(blocker.affected.filter(deleted_at=None).order_by().values_list("pk", flat=True))
