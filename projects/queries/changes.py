"""What changed on a project since somebody last read it."""

from dataclasses import dataclass

from projects.models import Event, Project


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
    rows = (
        Event.objects.filter(project=project, payload__version__gt=version)
        .select_related("actor")
        .order_by("pk")
    )
    found: list[Change] = []
    for event in rows:
        who = event.actor.name if event.actor else "The product"
        for field, (before, after) in event.payload.get("changes", {}).items():
            found.append(
                Change(
                    code="changed",
                    message=f"{who} changed {field.replace('_', ' ')}.",
                    remedy="Read the new value, then save again.",
                    field=field,
                    before=before,
                    after=after,
                )
            )
        if "changes" not in event.payload:
            what = event.kind.replace(".", " was ").replace("_", " ")
            found.append(
                Change(
                    "changed",
                    f"{who}: {what}.",
                    "Look at the project again.",
                    "",
                    None,
                    None,
                )
            )
    return found
