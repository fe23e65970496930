"""Following a project: its news reach somebody who neither owns it nor works on it."""

from django.db import transaction

from projects import permissions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Follow, Project


@transaction.atomic
def follow(project_id: int, *, actor: Actor) -> Follow:
    """Follow a project; one that is followed already is no change."""
    project = _seen(project_id, actor)
    if actor.is_machine:
        raise Refused("Only people follow projects. A program reads the feed of events.", code="not_a_person")
    kept, _ = Follow.objects.get_or_create(
        user_id=actor.user_id, project=project, defaults={"since": actor.now()}
    )
    return kept


@transaction.atomic
def unfollow(project_id: int, *, actor: Actor) -> None:
    """Follow it no more; one that is not followed is no change."""
    project = _seen(project_id, actor)
    Follow.objects.filter(user_id=actor.user_id, project=project).delete()


def _seen(project_id: int, actor: Actor) -> Project:
    """The project for somebody who may see it; who is told of it later is asked again when it is told."""
    project = Project.objects.get(pk=project_id, deleted_at=None)
    permissions.require(actor, "project.view", project)
    return project
