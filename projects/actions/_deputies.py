"""What becomes of roles on all projects and of delegations when somebody leaves."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q

from projects import events
from projects.actors import Actor
from projects.models import Delegation, Membership, StandingRole


def people(*user_ids: int) -> dict[int, Any]:
    """These people, whom nobody can deactivate until the transaction ends; asked for before any portfolio.

    The lock leaves their keys free: others may meanwhile write rows that name them.
    """
    rows = get_user_model().objects.select_for_update(of=("self",), no_key=True)
    return {person.pk: person for person in rows.filter(pk__in=user_ids).order_by("pk")}


def hand_over_standing_roles(leaver_id: int, successor: Any, actor: Actor) -> int:
    """Every role on all projects, to the successor where they are a member; how many there were."""
    held = list(_standing(leaver_id))
    for row in held:
        _take_away(row, actor)
        if successor is None or not _is_member(row.portfolio_id, successor):
            continue
        said = {"user": successor.pk, "name": successor.name, "role": row.role}
        _, is_new = StandingRole.objects.get_or_create(portfolio=row.portfolio, user=successor, role=row.role)
        if is_new:
            events.record(row.portfolio, "standing_role.added", actor, **said)
    return len(held)


def leave(portfolio_id: int, user_id: int, actor: Actor) -> None:
    """Somebody is no member any more: their roles on all projects of the portfolio end."""
    for row in _standing(user_id).filter(portfolio=portfolio_id):
        _take_away(row, actor)


def end_delegations(leaver_id: int, actor: Actor) -> int:
    """Whatever somebody has lent or was lent ends now; how many there were."""
    rows = Delegation.objects.filter(Q(person=leaver_id) | Q(deputy=leaver_id), ended_at=None)
    today = actor.now().date()
    found = rows.filter(to_on__gte=today).select_related("portfolio", "person", "deputy").order_by("pk")
    for one in (ended := list(found)):
        one.ended_at = actor.now()
        one.save(update_fields=["ended_at"])
        events.record(one.portfolio, "delegation.ended", actor, **said_of(one))
    return len(ended)


def said_of(one: Delegation) -> dict[str, Any]:
    """A delegation as its events tell it."""
    return {
        "delegation": one.pk,
        "role": one.role,
        "person": one.person_id,
        "person_name": one.person.name,
        "deputy": one.deputy_id,
        "deputy_name": one.deputy.name,
        "from_on": one.from_on.isoformat(),
        "to_on": one.to_on.isoformat(),
        "unit": one.unit_id,
    }


def _standing(user_id: int) -> Any:
    return StandingRole.objects.filter(user=user_id).select_related("portfolio", "user").order_by("pk")


def _take_away(row: StandingRole, actor: Actor) -> None:
    said = {"user": row.user_id, "name": row.user.name, "role": row.role}
    events.record(row.portfolio, "standing_role.removed", actor, **said)
    row.delete()


def _is_member(portfolio_id: int, person: Any) -> bool:
    return Membership.objects.filter(portfolio=portfolio_id, user=person).exists()
