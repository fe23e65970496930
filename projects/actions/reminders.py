"""Reminders of sign-offs that people have been asked for, as often as the project's workflow says."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from projects import events, permissions
from projects.actions import _locks, _signoffs
from projects.actors import Actor
from projects.models import Event, Outcome, Project, SignOff
from projects.queries import facts, signatories

# Small enough that its locks are held for a moment only.
CHUNK = 200


@dataclass(frozen=True, slots=True)
class Reminded:
    """What a part of the run did; `after` is where the next part begins, None when there is none."""

    after: int | None
    signoffs: int = 0


@transaction.atomic
def send(*, actor: Actor, now: datetime, after: int = 0) -> Reminded:
    """Remind of the next waiting requests by id that are due for it; each once, however often this is run."""
    permissions.require(actor, "operations.run")
    found = list(_waiting().filter(pk__gt=after).order_by("pk").values_list("pk", "project_id")[:CHUNK])
    if not found:
        return Reminded(None)
    projects = _locks.projects({project_id for _, project_id in found})
    rows = _waiting().filter(pk__in=[pk for pk, _ in found], project__in=projects)
    due: dict[int, list[SignOff]] = defaultdict(list)
    for row in rows.select_for_update(of=("self",)).order_by("pk"):
        if _is_due(row, projects[row.project_id], now):
            due[row.project_id].append(row)
    news = [event for pk, some in due.items() for event in _remind(projects[pk], some, now, actor)]
    Event.objects.bulk_create(news)
    return Reminded(found[-1][0] if len(found) == CHUNK else None, len(news))


def _waiting() -> QuerySet[SignOff]:
    """Requests that wait, on projects under way."""
    rows = SignOff.objects.filter(signatories.WAITING, project__deleted_at=None, project__archived_at=None)
    return rows.exclude(project__outcome__in=[Outcome.RETIRED, Outcome.STOPPED])


def _is_due(row: SignOff, project: Project, now: datetime) -> bool:
    """Whole days since somebody asked or was reminded: no change of clocks reminds twice."""
    limits = facts.workflow(project).reminders
    if row.reminded_at is None:
        return now - row.requested_at >= timedelta(days=limits.after_days)
    return now - row.reminded_at >= timedelta(days=limits.every_days)


def _remind(project: Project, rows: list[SignOff], now: datetime, actor: Actor) -> list[Event]:
    people = signatories.of(project, [row.role for row in rows], facts.today(project, now))
    for row in rows:
        row.reminded_at = now
    SignOff.objects.bulk_update(rows, ["reminded_at"])
    return [
        events.build(
            project,
            "signoff.reminded",
            actor,
            **_signoffs.named(row),
            people=sorted({each.user_id for each in people[row.role]}),
        )
        for row in rows
    ]
