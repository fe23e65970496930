"""Comments on a project, with mentions."""

import re

from django.db import transaction
from django.db.models import Q

from projects import events, permissions
from projects.actions import _locks
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Comment, Project
from projects.queries import people

# @address, or @[Name] as the page's list of people writes it.
MENTION = re.compile(r"@(?:\[(?P<name>[^\]\n]{1,150})\]|(?P<address>[\w.+-]+@[\w.-]+\w))")


@transaction.atomic
def post(project_id: int, *, text: str, actor: Actor) -> Comment:
    """Comment on a project; people mentioned who may see it are noted with the comment."""
    project = _locks.project(project_id)
    permissions.require(actor, "comment.post", project)
    if not text.strip():
        raise Refused("Write something first.", code="text_missing")
    comment = Comment.objects.create(project=project, author_id=actor.user_id, text=text.strip())
    mentioned = _mentioned(project, text)
    comment.mentions.set(mentioned)
    events.record(
        project,
        "comment.posted",
        actor,
        comment=comment.pk,
        mentions=[user.pk for user in mentioned],
    )
    return comment


@transaction.atomic
def delete(comment_id: int, *, actor: Actor) -> Comment:
    """Take back one's own comment; the row stays, its text is no longer shown."""
    comment = Comment.objects.select_for_update(of=("self",)).select_related("project").get(pk=comment_id)
    permissions.require(actor, "comment.post", comment.project)
    if comment.author_id != actor.user_id:
        raise NotAllowed("Only the person who wrote a comment may delete it.")
    if comment.deleted_at is None:
        comment.deleted_at = actor.now()
        comment.save(update_fields=["deleted_at"])
        events.record(comment.project, "comment.deleted", actor, comment=comment.pk)
    return comment


def _mentioned(project: Project, text: str) -> list[people.Person]:
    """Those named in the text who may see the project; a stranger's name is only text."""
    wanted = Q()
    for found in MENTION.finditer(text):
        wanted |= Q(name=found["name"]) if found["name"] else Q(email__iexact=found["address"])
    if not wanted:
        return []
    return list(people.who_may_see(project).filter(wanted))
