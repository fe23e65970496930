"""The inbox: what is read, and what is to be read again; everybody's own affair."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from portfolio.notifications.models import Message
from projects.actors import Actor


def read(ids: Collection[int], *, actor: Actor, now: datetime) -> int:
    """Mark one's own messages as read; how many were not."""
    return _mine(actor).filter(pk__in=ids, read_at=None).update(read_at=now)


def unread(ids: Collection[int], *, actor: Actor) -> int:
    """Mark one's own messages as not read; how many were."""
    return _mine(actor).filter(pk__in=ids, read_at__isnull=False).update(read_at=None)


def read_all(*, actor: Actor, now: datetime) -> int:
    """Mark all of one's own messages as read, as at one moment, so that it can be taken back; how many."""
    return _mine(actor).filter(read_at=None, in_inbox=True).update(read_at=now)


def take_back(moment: datetime, *, actor: Actor) -> int:
    """Mark as not read what was marked together at this moment; how many."""
    return _mine(actor).filter(read_at=moment).update(read_at=None)


def _mine(actor: Actor) -> QuerySet[Message]:
    return Message.objects.filter(recipient=actor.user_id)
