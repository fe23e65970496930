"""Blockers that have gone up a level, recorded the way the product records it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from projects import events
from projects.actors import Actor
from projects.models import Blocker
from projects.rules import blockers, clocks


def a_blocker(project, title="The contract cannot be signed, legal has no time", *, days=14, **fields):
    """A blocker with high severity that was raised so many days ago."""
    fields = {"category": "legal_compliance", "severity": "high", **fields}
    raised_on = timezone.localdate() - timedelta(days)
    clock = clocks.start(blockers.shipped(), fields["severity"], raised_on)
    days_of = {"raised_on": raised_on, "respond_by": clock.respond_by, "due_on": clock.due_on}
    return Blocker.objects.create(
        project=project, portfolio=project.portfolio, title=title, **days_of, **fields
    )


def went_up(blocker, *people, level=2, door="worker", **payload):
    """The event of one step."""
    said = {
        "blocker": blocker.pk,
        "title": blocker.title,
        "severity": blocker.severity,
        "level": level,
        "step": level,
        "people": [person.pk for person in people],
        "project": blocker.project.key,
        **payload,
    }
    with transaction.atomic():
        return events.record(blocker.project, "blocker.escalated", Actor.system(door), **said)
