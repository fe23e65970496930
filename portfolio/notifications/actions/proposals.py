"""Proposals: whoever looks after the project is told what waits for a yes or no."""

from collections.abc import Collection, Sequence

from portfolio.notifications.actions import messages
from portfolio.notifications.actions.escalations import DOORS_OF_THE_PAST, one_line
from portfolio.notifications.models import Message, Way
from portfolio.notifications.queries import recipients
from projects.models import Event, Project, TeamRole
from projects.queries.dues import STAND_INS

KINDS = frozenset({"proposal.made"})


def tell(events: Sequence[Event]) -> None:
    """Write one message to whoever owns the project, or speaks for it while nobody does; three queries."""
    ids = {event.project_id for event in events if event.project_id}
    projects = Project.objects.select_related("portfolio").in_bulk(list(ids))
    people = _people(projects.values())
    told = [
        (event, projects[event.project_id], people[event.project_id])
        for event in events
        if event.project_id in people and people[event.project_id] != event.actor_id
    ]
    allowed = recipients.may_be_told([(project, person) for _, project, person in told])
    messages.write(
        [
            _message(event, project, person)
            for event, project, person in told
            if (project.pk, person) in allowed
        ]
    )


def _people(projects: Collection[Project]) -> dict[int, int]:
    """Whom My work shows it to: the owner, else the product owner, else the ML lead."""
    found = {each.pk: each.owner_id for each in projects if each.owner_id}
    alone = [each.pk for each in projects if each.pk not in found]
    held = TeamRole.objects.filter(project__in=alone, role__in=STAND_INS, user__is_active=True)
    rows = list(held.order_by("pk").values_list("role", "project_id", "user_id"))
    for wanted in STAND_INS:
        for role, project_id, person in rows:
            if role == wanted:
                found.setdefault(project_id, person)
    return found


def _message(event: Event, project: Project, person: int) -> Message:
    said = event.payload
    who, words = one_line(str(event.actor or "Plimsoll")), one_line(said["says"])
    lines = [f"{who} proposes: {words}."]
    if said.get("reason"):
        lines.append(one_line(said["reason"]))
    lines.append("Nothing changes until a person confirms it.")
    return Message(
        recipient_id=person,
        project=project,
        kind=event.kind,
        cause=f"event:{event.pk}",
        subject=f"[{project.key}] Proposed: {words}"[:300],
        text="\n\n".join(lines) + "\n",
        path=f"/proposals/{said['proposal']}/",
        created_at=event.at,
        way=Way.OFF if event.door in DOORS_OF_THE_PAST else "",
    )
