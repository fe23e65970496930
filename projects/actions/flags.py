"""Flags: raised, changed and cleared as the rules find; nobody else writes them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from projects import permissions
from projects.actions import _bulk, _flag_rows
from projects.actors import Actor
from projects.models import Event, Portfolio, Project
from projects.queries import flags as flag_queries
from projects.queries.flags import Situation
from projects.rules.flags import level as worst

# Small enough that a chunk holds its locks for a moment only, large enough to keep queries few.
CHUNK = 2_000
# A flag that comes back within this time is the same one (our choice).
COMES_BACK_WITHIN = timedelta(days=7)
# What an action that saves the project's row itself has to save with `put`.
COLUMNS = ("flag_level", "flags_due_at")
# What comes through these doors was said elsewhere and earlier.
DOORS_OF_THE_PAST = ("import", "sample")


@dataclass(frozen=True, slots=True)
class Swept:
    """What a part of a sweep did; `after` is where the next part begins, None when there is none."""

    after: int | None
    projects: int
    opened: int = 0
    changed: int = 0
    cleared: int = 0

    @property
    def written(self) -> int:
        """Flags written."""
        return self.opened + self.changed + self.cleared


def sweep(
    portfolio_id: int | None, *, actor: Actor, now: datetime, after: int = 0, full: bool = False
) -> Swept:
    """Look at the next projects whose time has come; safe to repeat, in parallel, or to be killed midway.

    What was looked at is due again only on the day on which time changes what the rules find, so the next
    part begins where this one did. A `full` sweep looks at every project, whatever its row says.
    """
    if portfolio_id is None:
        permissions.require(actor, "operations.run")
    else:
        permissions.require(actor, "summary.take", Portfolio.objects.get(pk=portfolio_id))
    if full:
        return _sweep_all(portfolio_id, actor, now, after)
    with transaction.atomic():
        ids = flag_queries.due(portfolio_id, now=now, size=CHUNK)
        situations = flag_queries.of_held(ids, now=now, cleared_since=now - COMES_BACK_WITHIN)
        return _settled(Swept(0 if len(ids) == CHUNK else None, len(ids)), situations, actor, now)


def _sweep_all(portfolio_id: int | None, actor: Actor, now: datetime, after: int) -> Swept:
    """Reads without a lock, then settles only the projects whose flags, or whose next look, differ."""
    chunk = flag_queries.chunk(portfolio_id, after=after, size=CHUNK, now=now)
    if not chunk:
        return Swept(None, 0)
    swept = Swept(chunk[-1].project_id if len(chunk) == CHUNK else None, len(chunk))
    differing = [each.project_id for each in chunk if each.differs or each.due_at != each.next_at]
    with transaction.atomic(savepoint=False):
        situations = flag_queries.of(differing, now=now, cleared_since=now - COMES_BACK_WITHIN)
        return _settled(swept, situations, actor, now)


def refresh(project: Project, *, actor: Actor, says: bool = False) -> None:
    """Bring the flags of a project up to date whose row is locked, at the end of the action that changed it.

    One query; one statement more to remember when to look again, and a few where flags change. `says`:
    somebody has said something about the project by this, which ends its silence.
    """
    before = project.flag_level, project.flags_due_at, project.last_update_at
    if says:
        speak(project, actor)
    situation = put(project, actor)
    after = project.flag_level, project.flags_due_at, project.last_update_at
    names = (*COLUMNS, "last_update_at")
    if changed := [name for name, was, now in zip(names, before, after, strict=True) if was != now]:
        project.save(update_fields=changed)
    if situation is not None:
        Event.objects.bulk_create(keep(project, situation, actor))


def speak(project: Project, actor: Actor) -> None:
    """Note on a locked row, not yet saved, that somebody has said something about the project."""
    if actor.user is not None and actor.at is None and actor.door not in DOORS_OF_THE_PAST:
        project.last_update_at = max(actor.now(), project.last_update_at or actor.now())


def put(project: Project, actor: Actor) -> Situation | None:
    """Put `COLUMNS` on a locked row, for an action that saves the row itself; None: no flag to keep."""
    now = timezone.now()
    if actor.at is not None:
        # A file or the sample tells of the past; the next sweep looks at the present.
        project.flags_due_at = min(project.flags_due_at, now)
        return None
    situation = flag_queries.of_locked(project, now=now, cleared_since=now - COMES_BACK_WITHIN)
    project.flags_due_at = situation.next_at
    if not situation.differs:
        return None
    project.flag_level = worst(situation.found)
    return situation


def keep(project: Project, situation: Situation, actor: Actor) -> list[Event]:
    """Write the flags that differ; gives the news of them, not yet saved."""
    news, _ = _flag_rows.write([situation], timezone.now())
    return _flag_rows.build(news, project, Actor(None, actor.door, request_id=actor.request_id))


@transaction.atomic
def ask(projects: QuerySet[Project], *, at: datetime) -> int:
    """Have the next sweep look at projects, for an action that changed something about many; how many.

    Rows are taken in the order of ids, as everybody does who needs several.
    """
    ids = list(projects.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    return Project.objects.filter(pk__in=ids).update(flags_due_at=at) if ids else 0


def _settled(swept: Swept, situations: Sequence[Situation], actor: Actor, now: datetime) -> Swept:
    """Write what differs of projects that are locked."""
    differing = [situation for situation in situations if situation.differs]
    news, (opened, changed, cleared) = _flag_rows.write(differing, now)
    _flag_rows.record(news, actor)
    moved = [
        (each.project_id, level, each.next_at)
        for each in situations
        if (level := worst(each.found)) != each.level or each.next_at != each.due_at
    ]
    _bulk.change(Project, COLUMNS, moved)
    return replace(swept, opened=opened, changed=changed, cleared=cleared)
