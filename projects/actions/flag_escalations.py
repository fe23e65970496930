"""Critical flags that nobody answers are put before those above their project's owner, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet

from projects import events, permissions
from projects.actions import _locks
from projects.actors import Actor
from projects.models import Event, Flag, Project, Severity
from projects.queries import holders
from projects.rules.flag_escalations import UNANSWERED_FOR, above

# Small enough that its locks are held for a moment only.
CHUNK = 200
SPONSOR, BOARD = 2, 3  # levels of projects/presets/blockers.yaml


@dataclass(frozen=True, slots=True)
class Risen:
    """What a part of the run did; `after` is where the next part begins, None when there is none."""

    after: int | None
    flags: int = 0


@transaction.atomic
def rise(*, actor: Actor, now: datetime, after: int = 0) -> Risen:
    """Take the next unanswered flags by id one level up; each once, however often this is run."""
    permissions.require(actor, "operations.run")
    found = list(_due(now).filter(pk__gt=after).order_by("pk").values_list("pk", "project_id")[:CHUNK])
    if not found:
        return Risen(None)
    # Under the locks of their projects, which whoever answers, clears or lets a flag sleep takes as well.
    rows = _locks.rows(Q(pk__in={project_id for _, project_id in found}))
    projects = {row.pk: row for row in rows}
    due = [flag for flag in _due(now).filter(pk__in=[pk for pk, _ in found]) if not _sleeps(flag, now)]
    news = _rise(due, projects, now, actor)
    Event.objects.bulk_create(news)
    return Risen(found[-1][0] if len(found) == CHUNK else None, len(news))


def _due(now: datetime) -> QuerySet[Flag]:
    """Critical flags of projects for longer than they may wait for an answer; asleep or not."""
    return Flag.objects.filter(
        cleared_at=None,
        severity=Severity.CRITICAL,
        answered_at=None,
        escalated_at=None,
        severity_since__lt=now - UNANSWERED_FOR,
        project__deleted_at=None,
        project__archived_at=None,
        project__isnull=False,
    ).select_related("portfolio")


def _sleeps(flag: Flag, now: datetime) -> bool:
    return flag.sleeps(now.astimezone(ZoneInfo(flag.portfolio.time_zone)).date())


def _rise(due: list[Flag], projects: Mapping[int, Project], now: datetime, actor: Actor) -> list[Event]:
    """Mark the flags that somebody is there to be told of; the others come again with the next run."""
    held = holders.of(projects.values())
    news = []
    for flag in due:
        project = projects[flag.project_id or 0]
        levels = [[person.id for person in held.at(project, level)] for level in (SPONSOR, BOARD)]
        if people := above(project.owner_id, levels):
            said = {"flag": flag.pk, "rule": flag.rule, "label": flag.label, "people": people}
            news.append(events.build(project, "flag.escalated", actor, **said))
    told = [event.payload["flag"] for event in news]
    Flag.objects.filter(pk__in=told).update(escalated_at=now)
    return news
