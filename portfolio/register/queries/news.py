"""What changed since somebody was here, on the projects that they own, work on or follow."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from projects.actors import Actor
from projects.models import Event, Follow, Project, TeamRole, Visit
from projects.queries import reach, registers, saved_views, timelines
from projects.queries.timelines import Entry

MOST = 30
# Whoever comes for the first time sees a week; whoever was away for longer than a month reads histories.
FIRST, LONGEST = timedelta(days=7), timedelta(days=30)
# Flags stand beside it as they are now; a request is where it waits; what was taken back is gone.
SILENT = Q(kind__startswith="flag.") | Q(
    kind__in=["signoff.reminded", "comment.deleted", "history.generated"]
)


@dataclass(frozen=True, slots=True)
class Group:
    """What happened on one project, the newest first."""

    project: Project
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class News:
    """Projects in the order of their newest news; `until` is when the newest of them happened."""

    groups: list[Group]
    since: datetime
    until: datetime
    is_first: bool  # nobody knows when they were here before
    more: bool

    @property
    def count(self) -> int:
        return sum(len(group.entries) for group in self.groups)


def since(actor: Actor, visit: Visit | None, *, now: datetime | None = None) -> News:
    """What others have done since; at most twelve queries whatever there is."""
    now = now or timezone.now()
    before = visit.before_at if visit else None
    start = max(before, now - LONGEST) if before else now - FIRST
    rows = Event.objects.filter(at__gt=start, at__lte=now, project__in=_watched(actor)).exclude(SILENT)
    found = list(rows.exclude(actor_id=actor.user_id).order_by("-at", "-pk")[: MOST + 1])
    entries = timelines.across(found[:MOST])
    until = found[0].at if found else start
    return News(_grouped(entries), start, until, before is None, len(found) > MOST)


def _grouped(entries: Iterable[Entry]) -> list[Group]:
    groups: dict[int, Group] = {}
    for entry in entries:
        project = entry.event.project
        if project is not None:
            groups.setdefault(project.pk, Group(project, [])).entries.append(entry)
    return list(groups.values())


def _watched(actor: Actor) -> QuerySet[Project, Any]:
    """The ids of those projects; three queries. Parts that each have an index, and no long condition."""
    held = TeamRole.objects.filter(user_id=actor.user_id).order_by().values_list("project_id")
    followed = Follow.objects.filter(user_id=actor.user_id, view=None).order_by().values_list("project_id")
    ids = {pk for (pk,) in held.union(followed)}
    seen = reach.of(actor).filter(archived_at=None)
    parts: list[QuerySet[Project, Any]] = [seen.filter(owner_id=actor.user_id), seen.filter(pk__in=ids)]
    parts += [registers.chosen(each, actor=actor) for each in saved_views.followed(actor)]
    ids_of: list[QuerySet[Project, Any]] = [part.order_by().values("pk") for part in parts]
    return ids_of[0].union(*ids_of[1:])
