"""Who does what on a project."""

from django.contrib.auth import get_user_model
from django.db import transaction

from projects import events, permissions
from projects.actions import _locks, flags
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Project, Role, TeamRole


@transaction.atomic
def assign(project_id: int, *, user_id: int, role: str, actor: Actor) -> TeamRole:
    """Name a person in a role; already named is no change."""
    project = _locks.project(project_id)
    permissions.require(actor, "team.edit", project)
    if role not in Role.values:
        raise Refused(
            f"There is no role {role}. Use one of {', '.join(Role.values)}.",
            code="unknown_role",
        )
    person = get_user_model().objects.filter(pk=user_id, is_active=True).first()
    if person is None:
        raise Refused("There is no active person with this account.", code="unknown_person")
    held, is_new = TeamRole.objects.get_or_create(project=project, user=person, role=role)
    if is_new:
        _touch(project)
        events.record(
            project,
            "team.changed",
            actor,
            added=role,
            user=user_id,
            name=person.name,
            version=project.version,
        )
        flags.refresh(project, actor=actor)
    return held


@transaction.atomic
def release(project_id: int, *, user_id: int, role: str, actor: Actor) -> None:
    """Take a person out of a role; not in it is no change."""
    project = _locks.project(project_id)
    permissions.require(actor, "team.edit", project)
    held = TeamRole.objects.filter(project=project, user_id=user_id, role=role).select_related("user").first()
    if held is None:
        return
    held.delete()
    _touch(project)
    events.record(
        project,
        "team.changed",
        actor,
        removed=role,
        user=user_id,
        name=held.user.name,
        version=project.version,
    )
    flags.refresh(project, actor=actor)


def _touch(project: Project) -> None:
    project.version += 1
    project.save(update_fields=["version"])
