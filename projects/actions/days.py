"""What projects were like, kept from day to day: written by the nightly run and by nobody else."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from projects import permissions
from projects.actions import _bulk
from projects.actors import Actor
from projects.models import Portfolio, ProjectDay
from projects.queries import days

# Small enough that its locks are held for a moment only.
CHUNK = 500
COLUMNS = tuple(field.name for field in ProjectDay._meta.concrete_fields if field.name != "id")


@dataclass(frozen=True, slots=True)
class Taken:
    """What a part of a run did; `after` is where the next part begins, None when there is none."""

    after: int | None
    projects: int
    written: int = 0


@transaction.atomic
def take(portfolio_id: int, *, actor: Actor, now: datetime, after: int = 0) -> Taken:
    """Keep the next projects as they are today, where that differs from the row that still holds.

    Safe to repeat, in parallel, or to be killed midway. A project that ended or was put away has no row any
    more; why, its events say.
    """
    portfolio = Portfolio.objects.get(pk=portfolio_id)
    permissions.require(actor, "summary.take", portfolio)
    chunk = days.chunk(portfolio, after=after, size=CHUNK, now=now)
    ids = {day.project_id for day in chunk}
    last = chunk[-1].project_id if len(chunk) == CHUNK else None
    before = days.holding(portfolio, ids, after=after, until=last)
    changed = [
        day for day in chunk if day.project_id not in before or days.differ(day, before[day.project_id])
    ]
    over = [row for project_id, row in before.items() if project_id not in ids]
    over += [before[day.project_id] for day in changed if day.project_id in before]
    _end(over, days.today(portfolio, now))
    for day in changed:
        # A day does not go back, though the clock of a portfolio may be set to another time zone.
        if (row := before.get(day.project_id)) is not None:
            day.since = max(day.since, row.since)
    days.put_unknown_points(changed, before)
    _bulk.put(changed, COLUMNS, unique=["project", "since"], changed=COLUMNS)
    return Taken(last, len(chunk), len(changed))


def _end(rows: Collection[ProjectDay], today: date) -> None:
    """Rows that no longer hold ended yesterday; one that began today was never seen by anybody."""
    earlier = [row.pk for row in rows if row.since < today]
    of_today = [row.pk for row in rows if row.since >= today]
    if earlier:
        ProjectDay.objects.filter(pk__in=earlier, until=None).update(until=today - timedelta(days=1))
    if of_today:
        ProjectDay.objects.filter(pk__in=of_today).delete()
