"""Somebody leaves: everything they own goes to somebody else in one step."""

from functools import reduce
from operator import or_
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q

from projects import events, permissions
from projects.actions import _deputies, _locks, flags
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Blocker, Membership, Project, TeamRole, Todo


@transaction.atomic
def reassign(leaver_id: int, *, successor_id: int | None, actor: Actor) -> dict[str, int]:
    """Hand over projects, open blockers, to-dos and roles, end memberships; counts of what moved.

    Without a successor, what was owned loses its owner and roles stay empty. What the leaver has lent, or was
    lent, ends: a signature is trusted to a person.
    """
    permissions.require(actor, "person.manage")
    successor = None
    if successor_id is not None:
        successor = get_user_model().objects.filter(pk=successor_id, is_active=True).first()
        if successor is None or successor_id == leaver_id:
            raise Refused("Choose another active person to take over.", code="unknown_successor")
    touched = _locks.rows(_owns_something_of(leaver_id))
    owned = [project for project in touched if project.owner_id == leaver_id]
    for project in owned:
        _give(project, successor, leaver_id, actor)
    known = {project.pk: project for project in touched}
    blockers = _hand_over_blockers(known, leaver_id, successor, actor)
    todos = _hand_over_todos(known, leaver_id, successor, actor)
    roles = _hand_over_roles(leaver_id, successor, actor)
    memberships = Membership.objects.filter(user_id=leaver_id)
    if successor is not None:
        _join(memberships, successor)
    standing = _deputies.hand_over_standing_roles(leaver_id, successor, actor)
    ended = _deputies.end_delegations(leaver_id, actor)
    flags.ask(Project.objects.filter(pk__in=known), at=actor.now())
    left = memberships.count()
    memberships.delete()
    return {
        "projects": len(owned),
        "blockers": blockers,
        "todos": todos,
        "roles": roles,
        "standing_roles": standing,
        "delegations": ended,
        "memberships": left,
    }


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


def _owns_something_of(leaver_id: int) -> Q:
    """Projects that somebody owns, or of which they own an open blocker, a to-do or a role."""
    blockers = Blocker.objects.open().filter(Q(owner=leaver_id) | Q(shared_owner=leaver_id))
    todos = Todo.objects.filter(owner=leaver_id, done_at=None)
    others = [rows.values("project") for rows in (blockers, todos, TeamRole.objects.filter(user=leaver_id))]
    return Q(owner=leaver_id) | reduce(or_, (Q(pk__in=rows) for rows in others))


def _hand_over_blockers(known: dict[int, Project], leaver_id: int, successor: Any, actor: Actor) -> int:
    """The open blockers that the leaver owns for a project or a portfolio; their projects are locked."""
    owned = Blocker.objects.open().filter(Q(owner=leaver_id) | Q(shared_owner=leaver_id), project__in=known)
    rows = list(owned.select_for_update(of=("self",)).order_by("pk"))
    for blocker in rows:
        names = [name for name in ("owner", "shared_owner") if getattr(blocker, f"{name}_id") == leaver_id]
        for name in names:
            setattr(blocker, name, successor)
        blocker.version += 1
        blocker.save(update_fields=[*names, "version"])
        said = {"blocker": blocker.pk, "title": blocker.title, "blocker_version": blocker.version}
        changes = {name: [leaver_id, successor and successor.pk] for name in names}
        events.record(known[blocker.project_id], "blocker.edited", actor, **said, changes=changes)
    return len(rows)


def _hand_over_todos(known: dict[int, Project], leaver_id: int, successor: Any, actor: Actor) -> int:
    """The to-dos that the leaver has not done; their projects are locked."""
    rows = list(Todo.objects.filter(owner=leaver_id, done_at=None, project__in=known).order_by("pk"))
    for todo in rows:
        todo.owner = successor
        todo.save(update_fields=["owner"])
        said = {"todo": todo.pk, "text": todo.text}
        changes = {"owner": [leaver_id, successor and successor.pk]}
        events.record(known[todo.project_id], "todo.edited", actor, **said, changes=changes)
    return len(rows)


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
