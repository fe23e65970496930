"""What people chose to be told of, how and when: for messages from now on; nothing goes out again."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from django.db import transaction

from portfolio.notifications.models import Message, Preference, Rhythm, Way
from portfolio.notifications.queries import preferences
from portfolio.notifications.queries.preferences import Choice
from portfolio.notifications.rules.topics import TOPICS
from projects.actors import Actor
from projects.errors import Refused

DIGESTS = (Way.DAILY, Way.WEEKLY)


@transaction.atomic
def choose(choices: Mapping[str, Choice], *, actor: Actor) -> None:
    """Keep what somebody chose for some topics; one that they left alone goes on following the product."""
    before = preferences.of([actor.user_id])
    for topic, choice in choices.items():
        old = before.choice(actor.user_id, topic)
        if choice == old:
            continue
        Preference.objects.update_or_create(user_id=actor.user_id, topic=topic, defaults=choice._asdict())
        if choice.mail != old.mail:
            _redirect(actor.user_id, topic, choice.mail)


def send(ways: Mapping[str, str], *, actor: Actor) -> None:
    """Have the mails about some topics go another way; what stands in the inbox stays as it was chosen."""
    now = preferences.of([actor.user_id])
    chosen = {topic: now.choice(actor.user_id, topic) for topic in ways if topic in TOPICS}
    choose({topic: old._replace(mail=ways[topic]) for topic, old in chosen.items()}, actor=actor)


@transaction.atomic
def keep_time(
    *,
    digest_at: time,
    digest_weekday: int,
    quiet_from: time | None,
    quiet_to: time | None,
    quiet_weekends: bool,
    actor: Actor,
) -> None:
    """Keep when somebody wants to be written to, by their own clock."""
    if (quiet_from is None) != (quiet_to is None) or (quiet_from is not None and quiet_from == quiet_to):
        raise Refused("Quiet hours begin at one time and end at another.", code="quiet_hours_have_two_ends")
    chosen: dict[str, Any] = {
        "digest_at": digest_at,
        "digest_weekday": digest_weekday,
        "quiet_from": quiet_from,
        "quiet_to": quiet_to,
        "quiet_weekends": quiet_weekends,
    }
    Rhythm.objects.update_or_create(user_id=actor.user_id, defaults=chosen)


def _redirect(person_id: int, topic: str, way: str) -> None:
    """What waits for a digest goes with the other one, or not at all; nothing is sent at once for it."""
    if way != Way.NOW:
        waiting = Message.objects.filter(recipient=person_id, topic=topic, delivery=None, way__in=DIGESTS)
        waiting.update(way=way)
