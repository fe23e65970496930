"""Somebody leaves: everything they own goes to somebody else in one step."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from projects import events, permissions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Membership, Project, TeamRole


@transaction.atomic
def reassign(leaver_id: int, *, successor_id: int | None, actor: Actor) -> dict[str, int]:
    """Hand over projects and team roles and end memberships; counts by kind of what moved.

    Without a successor, projects lose their owner and roles stay empty.
    """
    permissions.require(actor, "person.manage")
    successor = None
    if successor_id is not None:
        successor = get_user_model().objects.filter(pk=successor_id, is_active=True).first()
        if successor is None or successor_id == leaver_id:
            raise Refused("Choose another active person to take over.", code="unknown_successor")
    owned = list(Project.objects.select_for_update(of=("self",)).filter(owner_id=leaver_id).order_by("pk"))
    for project in owned:
        _give(project, successor, leaver_id, actor)
    roles = _hand_over_roles(leaver_id, successor, actor)
    memberships = Membership.objects.filter(user_id=leaver_id)
    if successor is not None:
        _join(memberships, successor)
    left = memberships.count()
    memberships.delete()
    return {"projects": len(owned), "roles": roles, "memberships": left}


def _give(project: Project, successor: Any, leaver_id: int, actor: Actor) -> None:
    project.owner = successor
    project.search_text = project.searchable
    project.version += 1
    project.save(update_fields=["owner", "search_text", "version"])
    events.record(
        project,
        "person.reassigned",
        actor,
        owner=[leaver_id, successor and successor.pk],
        version=project.version,
    )


def _hand_over_roles(leaver_id: int, successor: Any, actor: Actor) -> int:
    """Every team role of the leaver, to the successor where they do not hold it already."""
    held = list(TeamRole.objects.filter(user_id=leaver_id).select_related("project").order_by("pk"))
    for role in held:
        if successor is not None:
            TeamRole.objects.get_or_create(project=role.project, user=successor, role=role.role)
        events.record(role.project, "team.changed", actor, removed=role.role, user=leaver_id)
        role.delete()
    return len(held)


def _join(memberships: Any, successor: Any) -> None:
    """The successor must be able to see what they now own; a role already held is kept."""
    for membership in memberships:
        Membership.objects.get_or_create(
            portfolio_id=membership.portfolio_id,
            user=successor,
            defaults={"role": membership.role},
        )


@transaction.atomic
def rename(owner_id: int, *, actor: Actor) -> int:
    """Somebody changed their name: what the register searches in follows; how many projects that were."""
    if actor.user_id != owner_id:
        permissions.require(actor, "person.manage")
    owned = list(Project.objects.filter(owner_id=owner_id).select_related("owner"))
    for project in owned:
        project.search_text = project.searchable
    Project.objects.bulk_update(owned, ["search_text"], batch_size=500)
    events.record(None, "person.renamed", actor, user=owner_id)
    return len(owned)
