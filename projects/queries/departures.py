"""Why projects are no longer there: what happened to them, when, and who decided it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from projects.models import Event, Project
from projects.models.workflows import parsed

LABELS = {
    "live": "Live",
    "stopped": "Stopped",
    "retired": "Retired",
    "archived": "Archived",
    "deleted": "Deleted",
    "moved": "Moved to another portfolio",
    "unknown": "No longer there",
}
KINDS = {
    "project.stopped": "stopped",
    "project.retired": "retired",
    "project.archived": "archived",
    "project.deleted": "deleted",
}
# After one of these it was there again, whatever had taken it away before.
BACK = ("project.unarchived", "project.restored", "project.restarted")


class Departure(NamedTuple):
    """How a project left; the moment and the person are None and empty where nobody knows."""

    reason: str
    at: datetime | None = None
    by: str = ""
    why: str = ""  # the reason that was chosen when it was stopped

    @property
    def label(self) -> str:
        return LABELS[self.reason]


def of(homes: Mapping[int, int], *, since: datetime, until: datetime) -> dict[int, Departure]:
    """How projects left between two moments; two queries. `homes`: project -> the portfolio where it was."""
    if not homes:
        return {}
    found = _by_events(homes, since, until)
    columns = ("pk", "portfolio_id", "workflow_id", "outcome", "ended_at", "archived_at", "deleted_at")
    rows = Project.objects.filter(pk__in=homes).values(*columns)
    return {
        row["pk"]: _named(found[row["pk"]], row["workflow_id"])
        if row["pk"] in found
        else _by_columns(row, homes[row["pk"]])
        for row in rows
    }


def _by_events(ids: Collection[int], since: datetime, until: datetime) -> dict[int, Departure]:
    """The first departure after the last return; what came later, such as an archive, is no reason."""
    events = Event.objects.filter(
        project__in=ids, kind__in=[*KINDS, *BACK], at__gte=since, at__lte=until
    ).order_by("at", "pk")
    found: dict[int, Departure] = {}
    for pk, kind, at, by, said in events.values_list("project_id", "kind", "at", "actor__name", "payload"):
        if kind in BACK:
            found.pop(pk, None)
        else:
            found.setdefault(pk, Departure(KINDS[kind], at, by or "", said.get("reason_code", "")))
    return found


def _named(departure: Departure, workflow_id: int) -> Departure:
    labels = {reason.code: reason.label for reason in parsed(workflow_id).stop_reasons}
    return departure._replace(why=labels.get(departure.why, departure.why))


def _by_columns(row: dict[str, Any], home: int) -> Departure:
    """What the project itself says, where no event tells: a file may have ended it."""
    if row["portfolio_id"] != home:
        return Departure("moved")
    if row["deleted_at"]:
        return Departure("deleted", row["deleted_at"])
    if row["outcome"] in ("stopped", "retired"):
        return Departure(row["outcome"], row["ended_at"])
    if row["archived_at"]:
        return Departure("archived", row["archived_at"])
    return Departure("unknown")
