"""Mentions that somebody has neither read nor answered."""

from django.db.models import Exists, OuterRef, QuerySet

from portfolio.notifications.models import Message
from projects.actors import Actor
from projects.models import Comment
from projects.queries import reach


def open_of(actor: Actor) -> QuerySet[Message]:
    """Newest first; whoever has commented on the project since has answered.

    Asks beforehand which projects they are of: looking whether a few may be seen costs less than all.
    """
    unread = Message.objects.filter(
        recipient_id=actor.user_id, read_at=None, in_inbox=True, topic="mentions"
    ).order_by()
    projects = set(unread.values_list("project", flat=True))
    if not projects:
        return Message.objects.none()
    seen = reach.of(actor).filter(pk__in=projects).values("pk")
    answers = Comment.objects.filter(
        project=OuterRef("project"), author_id=actor.user_id, at__gt=OuterRef("created_at")
    )
    found = unread.filter(project__in=seen).exclude(Exists(answers)).select_related("project")
    return found.order_by("-created_at", "-pk")
