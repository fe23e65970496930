"""Who gets the leadership pack by the calendar: set up, ended, and sent on its day."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from portfolio.notifications.actions import messages
from portfolio.notifications.models import EnclosedFile, Enclosure, Message
from portfolio.reports.models import ReportSchedule, ReportSent, Rhythm
from portfolio.reports.prints import forms
from portfolio.reports.prints import packs as pack_prints
from portfolio.reports.queries import packs
from portfolio.reports.rules import rhythms
from projects import events, permissions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Membership, Portfolio

User = get_user_model()
# By then the night's figures are there, and nobody has begun to work.
SENT_AT = time(6)


@transaction.atomic
def add(
    portfolio_id: int,
    *,
    name: str,
    rhythm: str,
    day: int,
    formats: Sequence[str],
    recipients: Iterable[int],
    actor: Actor,
    now: datetime,
) -> ReportSchedule:
    """Have the pack sent from its next day on, to people who may see the portfolio's figures."""
    portfolio = Portfolio.objects.select_for_update().get(pk=portfolio_id)
    permissions.require(actor, "report.schedule", portfolio)
    chosen = set(recipients)
    _check(portfolio, rhythm, day, formats, chosen)
    today = now.astimezone(ZoneInfo(portfolio.time_zone)).date()
    schedule = ReportSchedule.objects.create(
        portfolio=portfolio,
        name=name,
        rhythm=rhythm,
        day=day,
        formats=sorted(set(formats)),
        next_on=rhythms.following(rhythm, day, today),
        added_by_id=actor.user_id,
    )
    schedule.recipients.set(chosen)
    events.record(
        portfolio, "report.scheduled", actor, name=name, when=rhythms.words(rhythm, day), people=len(chosen)
    )
    return schedule


@transaction.atomic
def end(schedule_id: int, *, actor: Actor, now: datetime) -> ReportSchedule:
    """Send no more; what was sent stays on record. Ended before is no change."""
    rows = ReportSchedule.objects.select_for_update(of=("self",)).select_related("portfolio")
    schedule = rows.get(pk=schedule_id)
    permissions.require(actor, "report.schedule", schedule.portfolio)
    if schedule.ended_at is None:
        schedule.ended_at = now
        schedule.save(update_fields=["ended_at"])
        events.record(schedule.portfolio, "report.unscheduled", actor, name=schedule.name)
    return schedule


def send_due(now: datetime) -> int:
    """Write the messages of every pack whose day has come; how many. Their mails go as all mails do."""
    waiting = ReportSchedule.objects.filter(ended_at=None, portfolio__archived_at=None)
    due = [
        schedule
        for schedule in waiting.select_related("portfolio").order_by("pk")
        if _is_due(schedule, now.astimezone(ZoneInfo(schedule.portfolio.time_zone)))
    ]
    return sum(_send(schedule, now) for schedule in due)


def may_receive(portfolio: Portfolio) -> Sequence[int]:
    """The ids of those who may see the portfolio's figures and can be written to."""
    member = Membership.objects.filter(portfolio=portfolio, user=OuterRef("pk"))
    found = User.objects.filter(Q(Exists(member)) | Q(is_superuser=True), is_active=True).exclude(email="")
    return list(found.order_by("name").values_list("pk", flat=True))


def _check(portfolio: Portfolio, rhythm: str, day: int, formats: Sequence[str], people: set[int]) -> None:
    if rhythm not in Rhythm.values or not rhythms.is_day(rhythm, day):
        raise Refused(f"Day {day} does not come in this rhythm.", code="no_such_day")
    if unknown := sorted(set(formats) - set(forms.FORMS)):
        raise Refused(f"There is no form {unknown[0]}.", code="no_such_form")
    if not people:
        raise Refused("Nobody is on the list.", code="nobody")
    if people - set(may_receive(portfolio)):
        raise Refused("Somebody on the list may not see this portfolio’s figures.", code="not_a_member")


def _is_due(schedule: ReportSchedule, here: datetime) -> bool:
    return here >= datetime.combine(schedule.next_on, SENT_AT, here.tzinfo)


def _send(schedule: ReportSchedule, now: datetime) -> int:
    """One pack: made first, then written with its messages and the next day in one transaction."""
    portfolio, planned = schedule.portfolio, schedule.next_on
    # A worker that was away sends one pack, of today, and not one for each day that it missed.
    today = now.astimezone(ZoneInfo(portfolio.time_zone)).date()
    contents = packs.contents(portfolio, None, now)
    if contents is None:
        return 0
    document = pack_prints.document(contents, portfolio.time_zone)
    made = [(form, forms.FORMS[form].write(document)) for form in schedule.formats]
    with transaction.atomic():
        locked = ReportSchedule.objects.select_for_update().get(pk=schedule.pk)
        if locked.ended_at is not None or locked.next_on != planned:
            return 0
        people = _people(locked, today)
        cause = f"report:{schedule.pk}:{today:%Y-%m-%d}"
        if people:
            enclosure = _enclosed(cause, made, document.file_name) if made else None
            told = [_message(locked, portfolio, person, cause) for person in people]
            messages.write(told, enclosure=enclosure)
            ReportSent.objects.bulk_create(
                ReportSent(schedule=locked, day=today, recipient_id=person, at=now) for person in people
            )
        locked.next_on = rhythms.following(locked.rhythm, locked.day, today)
        locked.save(update_fields=["next_on"])
    return len(people)


def _people(schedule: ReportSchedule, today: date) -> list[int]:
    """Who is on the list, still may see the figures, and has not had it today."""
    had = ReportSent.objects.filter(schedule=schedule, day=today).values("recipient")
    listed = schedule.recipients.exclude(pk__in=had).order_by("pk").values_list("pk", flat=True)
    allowed = set(may_receive(schedule.portfolio))
    return [person for person in listed if person in allowed]


def _enclosed(cause: str, made: Sequence[tuple[str, bytes]], file_name: str) -> Enclosure:
    enclosure, is_new = Enclosure.objects.get_or_create(cause=cause)
    if is_new:
        EnclosedFile.objects.bulk_create(
            EnclosedFile(
                enclosure=enclosure,
                name=f"{file_name}.{form}",
                content_type=forms.FORMS[form].content_type,
                content=content,
            )
            for form, content in made
        )
    return enclosure


def _message(schedule: ReportSchedule, portfolio: Portfolio, person: int, cause: str) -> Message:
    return Message(
        recipient_id=person,
        kind="report.sent",
        cause=cause,
        subject=f"{portfolio.name}: leadership pack",
        text=(
            f"The leadership pack of {portfolio.name}, which you get "
            f"{rhythms.words(schedule.rhythm, schedule.day)}.\n\n"
            "The page shows the same, and every earlier day:"
        ),
        path=f"/portfolios/{portfolio.slug}/report/",
    )
