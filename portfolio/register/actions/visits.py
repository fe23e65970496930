"""When somebody looked at their work: what has happened since then is new to them."""

from datetime import datetime, timedelta

from django.db import transaction

from projects.actors import Actor
from projects.models import Visit

# Looks that follow each other more closely are one visit: a reload does not make what is new old.
SAME_VISIT = timedelta(minutes=30)
# A row is written once a minute at most, however often somebody reloads.
LEAST = timedelta(minutes=1)


@transaction.atomic
def look(*, actor: Actor) -> Visit:
    """Note that somebody looks at their work; `before_at` is when they looked before this visit began."""
    now = actor.now()
    visit, is_first = Visit.objects.get_or_create(user_id=actor.user_id, defaults={"seen_at": now})
    away = now - visit.seen_at
    if is_first or away < LEAST:
        return visit
    if away > SAME_VISIT:
        visit.before_at = visit.seen_at
    visit.seen_at = now
    visit.save(update_fields=["seen_at", "before_at"])
    return visit


def mark_seen(*, actor: Actor, until: datetime) -> Visit:
    """All that has happened until then is known."""
    said = {"before_at": until, "seen_at": actor.now()}
    return Visit.objects.update_or_create(user_id=actor.user_id, defaults=said)[0]
