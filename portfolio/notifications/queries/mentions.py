"""Mentions that somebody has neither read nor answered."""

from django.db.models import Exists, OuterRef, QuerySet

from portfolio.notifications.models import Message
from portfolio.notifications.queries import messages
from projects.actors import Actor
from projects.models import Comment


def open_of(actor: Actor) -> QuerySet[Message]:
    """Newest first; whoever has commented on the project since has answered."""
    answers = Comment.objects.filter(
        project=OuterRef("project"), author_id=actor.user_id, at__gt=OuterRef("created_at")
    )
    found = messages.unread(actor).filter(topic="mentions", in_inbox=True)
    return found.exclude(Exists(answers)).order_by("-created_at", "-pk")
