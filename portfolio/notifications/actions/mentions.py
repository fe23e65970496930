"""Mentions: whoever is named in a comment is told, and told no more when the comment is taken back."""

from collections.abc import Sequence

from portfolio.notifications.actions import messages
from portfolio.notifications.actions.escalations import DOORS_OF_THE_PAST, one_line
from portfolio.notifications.models import Delivery, Message, State, Way
from portfolio.notifications.queries import recipients
from projects.models import Comment, Event

KINDS = frozenset({"comment.posted", "comment.deleted"})
LONGEST = 90  # letters of a comment in a subject


def tell(events: Sequence[Event]) -> None:
    """Write one message for each person named who may see the project, but not for the author."""
    posted = [event for event in events if event.kind == "comment.posted" and event.payload.get("mentions")]
    ids = {event.payload["comment"] for event in posted}
    rows = Comment.objects.filter(deleted_at=None).select_related("author", "project__portfolio")
    comments = rows.prefetch_related("mentions").in_bulk(ids) if ids else {}
    named = [
        (event, comments[event.payload["comment"]], person)
        for event in posted
        if event.payload["comment"] in comments
        for person in event.payload["mentions"]
        if person != event.actor_id
    ]
    allowed = recipients.may_be_told([(comment.project, person) for _, comment, person in named])
    messages.write(
        [
            _message(event, comment, person)
            for event, comment, person in named
            if (comment.project_id, person) in allowed
        ]
    )
    _take_back([event.payload["comment"] for event in events if event.kind == "comment.deleted"])


def cause(comment_id: int) -> str:
    """What a message about a comment tells of."""
    return f"comment:{comment_id}"


def _message(event: Event, comment: Comment, person: int) -> Message:
    project, words = comment.project, one_line(_plain(comment))
    short = words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip()}…"
    return Message(
        recipient_id=person,
        kind=event.kind,
        cause=cause(comment.pk),
        project=project,
        subject=f"[{project.key}] {one_line(str(comment.author or 'Somebody'))}: {short}"[:300],
        text=f"{_plain(comment)}\n\nProject: {project.key} {one_line(project.name)}\n",
        path=f"/projects/{project.key}/comments/{comment.pk}/",
        created_at=event.at,
        way=Way.OFF if event.door in DOORS_OF_THE_PAST else "",
    )


def _plain(comment: Comment) -> str:
    """Its words with names as one says them: @[Ada Moss] is @Ada Moss."""
    text = comment.text
    for person in comment.mentions.all():
        text = text.replace(f"@[{person}]", f"@{person}")
    return text


def _take_back(comment_ids: Sequence[int]) -> None:
    """What its author took back is in nobody's inbox, and in no mail that has not gone."""
    causes = [cause(pk) for pk in comment_ids]
    if causes:
        Delivery.objects.filter(cause__in=causes, state=State.WAITING).update(state=State.WITHHELD)
        Message.objects.filter(cause__in=causes).delete()
