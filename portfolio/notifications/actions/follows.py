"""Followed projects: news of them are told to those who follow them, or a view that holds them now."""

from collections.abc import Collection, Iterator, Sequence

from portfolio.notifications.actions import messages
from portfolio.notifications.actions.escalations import DOORS_OF_THE_PAST, one_line
from portfolio.notifications.models import Message, Way
from portfolio.notifications.queries import followers, recipients
from portfolio.notifications.rules.topics import TOPICS
from projects.models import Event, Project
from projects.queries import timelines
from projects.queries.timelines import Entry

NEWS = TOPICS["follows"].kinds
# A step of a blocker tells people of the same thing in words of its own.
KINDS = NEWS | {"blocker.escalated"}


def tell(events: Sequence[Event]) -> None:
    """Write one message for each event and follower who may see the project; never to who did it."""
    news = {event.pk: event for event in events if event.kind in NEWS and not _says_nothing(event)}
    homes = Project.objects.select_related("portfolio")
    projects = homes.in_bulk({event.project_id for event in news.values() if event.project_id})
    told = list(_told(news.values(), projects, _told_already(events)))
    if not told:
        return
    allowed = recipients.may_be_told([(project, person) for _, project, person in told])
    entries = timelines.across(news[pk] for pk in {event.pk: None for event, _, _ in told})
    said = {entry.event.pk: entry for entry in entries}
    messages.write(
        [
            _message(said[event.pk], project, person)
            for event, project, person in told
            if (project.pk, person) in allowed
        ]
    )


def _told(
    news: Collection[Event], projects: dict[int, Project], known: set[tuple[int, int]]
) -> Iterator[tuple[Event, Project, int]]:
    """Each event with its project and each follower who has not heard of it."""
    follow = followers.of(projects) if projects else {}
    for event in news:
        for person in sorted(follow.get(event.project_id or 0, ())):
            if person != event.actor_id and (event.payload.get("blocker"), person) not in known:
                yield event, projects[event.project_id or 0], person


def _says_nothing(event: Event) -> bool:
    """That nothing has changed is no news."""
    return bool(event.payload.get("no_change"))


def _told_already(events: Sequence[Event]) -> set[tuple[int, int]]:
    """Blockers with the people to whom they have risen."""
    return {
        (event.payload["blocker"], person)
        for event in events
        if event.kind == "blocker.escalated"
        for person in event.payload["people"]
    }


def _message(entry: Entry, project: Project, person: int) -> Message:
    event = entry.event
    head = f"{one_line(project.name)}: {one_line(entry.who)} {one_line(entry.text)}"
    paragraphs = [
        f"{entry.who} {entry.text}.",
        entry.detail,
        f"Project: {project.key} {one_line(project.name)}",
    ]
    return Message(
        recipient_id=person,
        kind=event.kind,
        cause=f"event:{event.pk}",
        project=project,
        subject=f"[{project.key}] {head}"[:300],
        text="\n\n".join(filter(None, paragraphs)) + "\n",
        path=_path(event, project),
        created_at=event.at,
        way=Way.OFF if event.door in DOORS_OF_THE_PAST else "",
    )


def _path(event: Event, project: Project) -> str:
    """The page on which the news can be read in full."""
    if event.kind == "blocker.raised":
        return f"/blockers/{event.payload['blocker']}/"
    return (
        f"/projects/{project.key}/updates/" if event.kind == "update.posted" else f"/projects/{project.key}/"
    )
