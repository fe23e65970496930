"""What changed on a project or a blocker since somebody last read it."""

from dataclasses import dataclass

from django.db.models import QuerySet

from projects.models import Blocker, Event, Project
from projects.queries import sentences


@dataclass(frozen=True, slots=True)
class Change:
    """One field that somebody else changed, as a refusal shows it."""

    code: str
    message: str
    remedy: str
    field: str
    before: object
    after: object


def since(project: Project, version: int) -> list[Change]:
    """Every field changed after `version`, newest last; one query."""
    return _changes(Event.objects.filter(project=project, payload__version__gt=version), "project")


def of_blocker(blocker: Blocker, version: int) -> list[Change]:
    """The same of a blocker."""
    rows = Event.objects.filter(project_id=blocker.project_id, kind__startswith="blocker.")
    rows = rows.filter(payload__blocker=blocker.pk, payload__blocker_version__gt=version)
    return _changes(rows, "blocker")


def _changes(rows: QuerySet[Event], noun: str) -> list[Change]:
    found: list[Change] = []
    for event in rows.select_related("actor").order_by("pk"):
        who = event.actor.name if event.actor else "The product"
        for field, (before, after) in event.payload.get("changes", {}).items():
            message = f"{who} changed {sentences.field_label(field)}."
            remedy = "Read the new value, then save again."
            found.append(Change("changed", message, remedy, field, before, after))
        if "changes" not in event.payload:
            what = event.kind.replace(".", " was ").replace("_", " ")
            message, remedy = f"{who}: {what}.", f"Look at the {noun} again."
            found.append(Change("changed", message, remedy, "", None, None))
    return found
