"""Who has paid attention: when people last did something themselves, and which flags they have answered."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from projects import events
from projects.actions import _bulk, flags
from projects.models import Event, Flag, Presence, Project

KINDS = frozenset(events.KINDS)


def hear(told: Sequence[Event]) -> None:
    """Note what people did themselves, in the drain's transaction; keys and files have no attention."""
    own = [
        event
        for event in told
        if event.actor_id and not event.by_machine and event.door not in flags.DOORS_OF_THE_PAST
    ]
    if not own:
        return
    # Projects before flags: whoever holds locks of both takes them in this order.
    _look_at_projects_of(_note_presence(own))
    _note_answers([event for event in own if event.kind in events.SAYS and event.project_id])


def _note_presence(own: Sequence[Event]) -> set[int]:
    """The people, with the newest that each did."""
    acted: dict[int, datetime] = {}
    for person, at in ((event.actor_id, event.at) for event in own):
        if person is not None:
            acted[person] = max(at, acted.get(person, at))
    known = dict(Presence.objects.filter(user__in=acted).values_list("user_id", "acted_at"))
    Presence.objects.bulk_create(
        [
            Presence(user_id=person, acted_at=at)
            for person, at in sorted(acted.items())
            if person not in known or at > known[person]
        ],
        update_conflicts=True,
        unique_fields=["user"],
        update_fields=["acted_at"],
    )
    return set(acted)


def _look_at_projects_of(people: set[int]) -> None:
    """An owner who is back clears the flags that say otherwise; by the next sweep."""
    raised = Flag.objects.filter(rule="OWNER_INACTIVE", cleared_at=None, project__owner__in=people)
    flags.ask(Project.objects.filter(pk__in=raised.values("project")), at=timezone.now())


def _note_answers(said: Sequence[Event]) -> None:
    """The first word after a flag was raised, or became critical, answers it; also one that cleared it."""
    if not said:
        return
    words: dict[int | None, list[datetime]] = defaultdict(list)
    for event in said:
        words[event.project_id].append(event.at)
    first = min(at for moments in words.values() for at in moments)
    waiting = Flag.objects.filter(Q(cleared_at=None) | Q(cleared_at__gte=first), answered_at=None)
    found = []
    for flag in waiting.filter(project__in=words).select_for_update(of=("self",)).order_by("pk"):
        until = flag.cleared_at
        answers = [at for at in words[flag.project_id] if at >= flag.severity_since]
        if answers and (until is None or min(answers) <= until):
            flag.answered_at = min(answers)
            found.append(flag)
    _bulk.update(found, ["answered_at"])
