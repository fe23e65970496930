"""People outside: the mail with their link, and who is told of their answer."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from portfolio.accounts.mails import Letter
from portfolio.notifications.actions import messages
from portfolio.notifications.actions.escalations import DOORS_OF_THE_PAST, one_line
from portfolio.notifications.actions.messages import SEND_TASK
from portfolio.notifications.models import Delivery, Message, State
from portfolio.notifications.queries import outside as queries
from portfolio.notifications.queries import recipients
from portfolio.wake import wake
from projects.models import Event, OutsideRequest
from projects.queries import outside

ASKED, ANSWERED, CALLED_OFF = (f"blocker.{verb}_outside" for verb in ("asked", "answered", "called_off"))
KINDS = frozenset({ASKED, ANSWERED, CALLED_OFF})


def tell(events: Sequence[Event]) -> None:
    """Write the mails of new questions, withhold those of questions called off, and tell of answers."""
    ids = {event.payload["request"] for event in events}
    related = ("blocker__project__portfolio", "blocker__owner", "asked_by")
    rows = OutsideRequest.objects.select_related(*related).in_bulk(ids)
    known = [(event, rows[event.payload["request"]]) for event in events if event.payload["request"] in rows]
    _mail([row for event, row in known if event.kind == ASKED and event.door not in DOORS_OF_THE_PAST])
    off = [queries.cause(row) for event, row in known if event.kind == CALLED_OFF]
    Delivery.objects.filter(cause__in=off, state=State.WAITING, lease_until=None).update(state=State.WITHHELD)
    _answers([(event, row) for event, row in known if event.kind == ANSWERED])


def _mail(asked: Sequence[OutsideRequest]) -> None:
    """One mail for each that can still be answered; its link is made here, so that no event holds it."""
    now = timezone.now()
    mails = [_delivery(row) for row in asked if outside.state(row, now) == "open"]
    if mails:
        Delivery.objects.bulk_create(mails, ignore_conflicts=True)
        wake(SEND_TASK)


def _delivery(row: OutsideRequest) -> Delivery:
    project = row.blocker.project
    who, about = queries.asker(row), one_line(row.blocker.title)
    until = _day(row.expires_at, project.portfolio.time_zone)
    letter = Letter(
        f"{who} asks: {about}"[:300],
        (
            f"{who} asks you about “{about}”, which holds up {one_line(project.name)}:",
            row.question,
        ),
        settings.BASE_URL + outside.path(row.pk),
        "Answer here, no account is needed",
        (
            f"The link is for you alone, shows this question only, and works until {until}.",
            "If this is not for you, leave it: nothing happens.",
        ),
    )
    return Delivery(
        address=row.email,
        cause=queries.cause(row),
        project=project,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
    )


def _answers(answered: Sequence[tuple[Event, OutsideRequest]]) -> None:
    """To the blocker's owner and to whoever asked, of those who may see the project."""
    told = [
        (event, row, person)
        for event, row in answered
        for person in sorted({each for each in (row.asked_by_id, row.blocker.owner_id) if each})
    ]
    allowed = recipients.may_be_told([(row.blocker.project, person) for _, row, person in told])
    messages.write(
        [
            _message(event, row, person)
            for event, row, person in told
            if (row.blocker.project_id, person) in allowed
        ]
    )


def _message(event: Event, row: OutsideRequest, person: int) -> Message:
    project = row.blocker.project
    who, about = one_line(row.name or row.email), one_line(row.blocker.title)
    when = f"Expected by: {date_format(row.expected_on, 'j F Y')}" if row.expected_on else ""
    parts = (f"You were waiting for {who}, who writes:", row.answer, when, f"Blocker: {about}")
    return Message(
        recipient_id=person,
        kind=event.kind,
        cause=f"event:{event.pk}",
        project=project,
        subject=f"[{project.key}] {who} has answered: {about}"[:300],
        text="\n\n".join(filter(None, parts)) + "\n",
        path=f"/blockers/{row.blocker_id}/",
        created_at=event.at,
    )


def _day(moment: datetime, zone: str) -> str:
    return date_format(moment.astimezone(ZoneInfo(zone)), "j F Y")
