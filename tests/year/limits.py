"""What must hold of every day, and at the end of the year; each breach is a sentence."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import fmean, quantiles

from portfolio.notifications.models import Delivery, Message, State, Way
from portfolio.notifications.queries import rhythms
from portfolio.notifications.rules.rhythms import not_before
from projects.models import Flag, TeamRole
from tests.year.play import Mail
from tests.year.world import World

WEEK = timedelta(days=7)
# So long a project on hold may be silent.
HOLD_DAYS = 60


def of_a_day(world: World, now: datetime) -> Iterator[str]:
    """After the day's jobs nobody's silence is overlooked."""
    late = Flag.objects.filter(
        severity="critical", cleared_at=None, project__isnull=False, severity_since__lt=now - WEEK
    )
    for flag in late.select_related("portfolio", "project"):
        words = [at for at in world.said.get(flag.project_id, ()) if at >= flag.severity_since]
        if bool(words) != bool(flag.answered_at):
            yield f"{now:%d %b}: {flag.project.key} {flag.rule} answered {flag.answered_at}, said {words[:1]}"
        is_due = not words and not flag.sleeps(_day(flag, now))
        if is_due and flag.escalated_at is None:
            yield f"{now:%d %b}: {flag.project.key} {flag.rule} waits since {flag.severity_since}, untold"


def _day(flag: Flag, now: datetime):
    return now.astimezone(rhythms.zone(flag.portfolio.time_zone)).date()


def of_the_year(world: World, mails: list[Mail], now: datetime) -> Iterator[str]:
    """Everything that was told and sent."""
    yield from _digests()
    yield from _once_a_level()
    yield from _quiet_hours()
    yield from _of_the_living(world, mails)
    yield from _held(world)
    yield from _escalations()
    yield from _arrived(mails, now)


def _digests() -> Iterator[str]:
    sent = Delivery.objects.filter(cause__startswith="digest:", state=State.SENT)
    days: Counter[tuple[object, ...]] = Counter()
    clocks = rhythms.of(set(sent.values_list("recipient", flat=True)))
    for person, cause, at in sent.values_list("recipient", "cause", "sent_at"):
        days[person, cause.split(":")[1], at.astimezone(clocks[person].zone).date()] += 1
    yield from (f"{number} digests for {key}" for key, number in days.items() if number > 1)


def _once_a_level() -> Iterator[str]:
    told = Message.objects.filter(flag__isnull=False).values_list("recipient", "flag", "topic", "is_critical")
    for key, number in Counter(told).items():
        if number > 1:
            yield f"told {number} times: person, flag, topic, critical = {key}"


def _quiet_hours() -> Iterator[str]:
    sent = Delivery.objects.filter(state=State.SENT, recipient__isnull=False)
    clocks = rhythms.of(set(sent.values_list("recipient", flat=True)))
    for person, cause, at in sent.values_list("recipient", "cause", "sent_at"):
        if not_before(clocks[person], at) > at:
            yield f"{cause} came to person {person} at {at}, in quiet hours"


def _of_the_living(world: World, mails: list[Mail]) -> Iterator[str]:
    """What is stopped or put away is in no mail any more, be it a line of a digest."""
    ended = {world.keys[pk]: at for pk, at in world.ended.items()}
    for mail in mails:
        for key in set(mail.keys) & set(ended):
            if mail.at > ended[key]:
                yield f"{mail.at}: {mail.to} reads of {key}, which ended {ended[key]}: {mail.subject}"


def _held(world: World) -> Iterator[str]:
    """A project on hold may be silent for two months."""
    for flag in Flag.objects.filter(rule="NO_UPDATE", project__in=world.held).select_related("project"):
        held_at = world.held[flag.project_id]
        if held_at < flag.opened_at < held_at + timedelta(days=HOLD_DAYS):
            yield f"{flag.project.key} on hold since {held_at} is asked for an update at {flag.opened_at}"


def _escalations() -> Iterator[str]:
    """Whom an unanswered flag reached: those above, each once."""
    for flag in Flag.objects.filter(escalated_at__isnull=False).select_related("project"):
        told = Counter(flag.messages.filter(topic="escalations").values_list("recipient", flat=True))
        if not told or max(told.values()) > 1:
            yield f"{flag.project.key} {flag.rule} rose, and reached {dict(told)}"
        sponsors = set(
            TeamRole.objects.filter(project=flag.project, role="SP").values_list("user", flat=True)
        )
        if sponsors and set(told) != sponsors:
            yield f"{flag.project.key} {flag.rule} reached {set(told)} instead of {sponsors}"


def _arrived(mails: list[Mail], now: datetime) -> Iterator[str]:
    """Every message has its mail, or waits for one that is still to come."""
    sent = Delivery.objects.filter(state=State.SENT).count()
    if sent != len(mails):
        yield f"{sent} mails are ticked off, {len(mails)} came"
    for state, number in Counter(Delivery.objects.values_list("state", flat=True)).items():
        if state == State.PARKED:
            yield f"{number} mails are parked"
    late = Delivery.objects.filter(state=State.WAITING, not_before__lt=now).count()
    if late:
        yield f"{late} mails are due and did not go"
    lost = Message.objects.filter(way=Way.NOW, delivery=None).count()
    if lost:
        yield f"{lost} messages that go at once have no mail"
    for way, days in ((Way.DAILY, 4), (Way.WEEKLY, 8)):
        old = Message.objects.filter(way=way, delivery=None, created_at__lt=now - timedelta(days=days))
        if number := old.filter(recipient__is_active=True).count():
            yield f"{number} messages wait for their {way} digest for more than {days} days"


def figures(world: World, mails: list[Mail]) -> dict[str, object]:
    """What came of it, for people."""
    owners = {person.user.email for person in world.owners}
    weeks = Counter((mail.to, f"{mail.at:%G-%V}") for mail in mails if mail.to in owners)
    number_of_weeks = max(world.days // 7, 1)
    silent = len(owners) * number_of_weeks - len(weeks)
    counts = sorted([*weeks.values(), *[0] * max(silent, 0)])
    digests = sum(mail.subject_is_digest for mail in mails)
    return {
        "Projects, days": f"{len(world.projects)}, {world.days}",
        "Flags raised": Flag.objects.count(),
        "of them critical at the end or when they cleared": Flag.objects.filter(severity="critical").count(),
        "Critical flags that rose above their owner": Flag.objects.filter(escalated_at__isnull=False).count(),
        "Messages in inboxes": Message.objects.count(),
        "Mails": len(mails),
        "of them digests": digests,
        "Mails to an owner in a week, mean": round(fmean(counts), 2),
        "95 of 100 weeks": quantiles(counts, n=20)[-1] if len(counts) > 1 else counts,
        "the fullest week of any owner": counts[-1],
    }
