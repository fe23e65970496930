"""The jobs that run by the clock: what each does, and which of its slots is due now."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings

from portfolio.operations.models import JobRun, State
from projects.models import Portfolio

SWEEP_EVERY = timedelta(minutes=15)
# On Mondays, before what is made of a night.
LIMITS_AT = time(0, 0)
# After midnight by the portfolio's own clock: the day before is over, nobody has begun to change the new one.
SUMMARY_AT = time(0, 5)
# Before the summary, which waits for them; forecasts wait for the scores that they agree with.
SCORES_AT = time(0, 1)
FORECASTS_AT = time(0, 3)
# In the small hours of the installation, when nobody waits for the database.
PURGE_AT = time(2, 30)

# How the slot of a run begins that somebody asked for.
ASKED = "asked:"
FILE = "file"


class Slot(NamedTuple):
    """One run that the clock asks for."""

    slot: str
    due_at: datetime
    portfolio_id: int | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A job as the worker's page shows it; `slots` are those due at a moment, `next_at` the time after it."""

    name: str
    label: str
    explanation: str
    how_often: str
    slots: Callable[[datetime], list[Slot]]
    next_at: Callable[[datetime], datetime | None]
    # A job of a portfolio is asked for on the portfolio's own page.
    per_portfolio: bool = False
    is_of_a_file: bool = False  # that somebody brings; it is not asked for otherwise


def _quarterly_slots(now: datetime) -> list[Slot]:
    start = _quarter(now)
    return [Slot(f"{start:%Y-%m-%dT%H:%M}", start)]


def _hourly_slots(now: datetime) -> list[Slot]:
    start = _hour(now)
    return [Slot(f"{start:%Y-%m-%dT%H}", start)]


def _hour(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _quarter(now: datetime) -> datetime:
    """The last full quarter of an hour, in UTC so that a change of the clock repeats none."""
    utc = now.astimezone(UTC)
    return utc.replace(minute=utc.minute - utc.minute % 15, second=0, microsecond=0)


def _limits_slots(now: datetime) -> list[Slot]:
    """Once a week by each portfolio's clock; a portfolio that was opened since has its first on a Monday."""
    rows = Portfolio.objects.filter(archived_at=None).order_by("pk")
    found = []
    for portfolio_id, zone, created_at in rows.values_list("pk", "time_zone", "created_at"):
        due_at = _monday(now, ZoneInfo(zone))
        if created_at <= due_at:
            found.append(_of_the_day(portfolio_id, due_at))
    return found


def _monday(now: datetime, zone: ZoneInfo) -> datetime:
    """The last Monday that has begun."""
    today = now.astimezone(zone).date()
    return datetime.combine(today - timedelta(days=today.weekday()), LIMITS_AT, zone)


def _next_monday(now: datetime) -> datetime | None:
    mondays = ((_monday(now, zone), zone) for _, zone in _clocks())
    return min(
        (datetime.combine(at.date() + timedelta(days=7), LIMITS_AT, zone) for at, zone in mondays),
        default=None,
    )


def _scores_slots(now: datetime) -> list[Slot]:
    """Every night by each portfolio's clock, and at once where a line or the scorecard was changed."""
    nightly = [Slot(_scores_slot(pk, _midnight(at)), at, pk) for pk, at in _nights(now, SCORES_AT)]
    asked = Portfolio.objects.filter(archived_at=None, scores_asked_at__isnull=False)
    rows = asked.order_by("pk").values_list("pk", "scores_asked_at")
    return [*nightly, *(Slot(_scores_slot(pk, at), at, pk) for pk, at in rows if at)]


def _scores_slot(portfolio_id: int, up_to: datetime) -> str:
    """The name of a run that answers every request for scores made up to this moment.

    That of a night begins a minute later, when what was asked for before midnight has been committed.
    """
    return f"{portfolio_id}:{up_to.astimezone(UTC).isoformat()}"


def _midnight(at: datetime) -> datetime:
    return datetime.combine(at.date(), time(), at.tzinfo)


def answers_up_to(run: JobRun) -> datetime:
    """The moment up to which requests for scores are answered by a run that was planned here."""
    # Somebody who asks by hand means all that was wanted until then.
    return run.due_at if run.slot.startswith(ASKED) else datetime.fromisoformat(run.slot.partition(":")[2])


def _forecasts_slots(now: datetime) -> list[Slot]:
    """Once the portfolio's scores of the day are there, or could not be made."""
    nights = list(_nights(now, FORECASTS_AT))
    over = _over("scores", [_scores_slot(pk, _midnight(at)) for pk, at in nights])
    return [_of_the_day(pk, at) for pk, at in nights if _scores_slot(pk, _midnight(at)) in over]


def _summary_slots(now: datetime) -> list[Slot]:
    """Once the portfolio's forecasts of the day are there, or could not be made."""
    found = [_of_the_day(pk, at) for pk, at in _nights(now, SUMMARY_AT)]
    over = _over("forecasts", [slot.slot for slot in found])
    return [slot for slot in found if slot.slot in over]


def _of_the_day(portfolio_id: int, due_at: datetime) -> Slot:
    """The slot of a portfolio's own day."""
    return Slot(f"{portfolio_id}:{due_at:%Y-%m-%d}", due_at, portfolio_id)


def _over(name: str, slots: Iterable[str]) -> set[str]:
    runs = JobRun.objects.filter(name=name, slot__in=list(slots), state__in=[State.DONE, State.FAILED])
    return set(runs.values_list("slot", flat=True))


def _nights(now: datetime, at: time) -> Iterator[tuple[int, datetime]]:
    """Each portfolio with this time of its own day, where that has come."""
    for portfolio_id, zone in _clocks():
        due_at = datetime.combine(now.astimezone(zone).date(), at, zone)
        if due_at <= now:
            yield portfolio_id, due_at


def _next_night(at: time) -> Callable[[datetime], datetime | None]:
    return lambda now: min((_next(now, at, zone) for _, zone in _clocks()), default=None)


def _purge_slots(now: datetime) -> list[Slot]:
    due_at = datetime.combine(now.astimezone(_here()).date(), PURGE_AT, _here())
    return [Slot(f"{due_at:%Y-%m-%d}", due_at)] if due_at <= now else []


def _next(now: datetime, at: time, zone: ZoneInfo) -> datetime:
    today = now.astimezone(zone).date()
    due_at = datetime.combine(today, at, zone)
    return due_at if due_at > now else datetime.combine(today + timedelta(days=1), at, zone)


def _clocks() -> list[tuple[int, ZoneInfo]]:
    rows = Portfolio.objects.filter(archived_at=None).order_by("pk").values_list("pk", "time_zone")
    return [(pk, ZoneInfo(zone)) for pk, zone in rows]


def _here() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


JOBS = {
    job.name: job
    for job in (
        Job(
            "sweep",
            "Flag sweep",
            "Raises flags on projects that are quiet or late, and clears those whose cause is gone.",
            "every 15 minutes",
            _quarterly_slots,
            lambda now: _quarter(now) + SWEEP_EVERY,
        ),
        Job(
            "limits",
            "Limits of time in stage",
            "Learns from each portfolio's history how long projects stay in a stage before it is too long.",
            "on Mondays at midnight by each portfolio's clock",
            _limits_slots,
            _next_monday,
        ),
        Job(
            "scores",
            "Scores",
            "Makes every project's risk, impact and chance of production anew: answers grow old.",
            "after midnight by each portfolio's clock, and when its lines or questions were changed",
            _scores_slots,
            _next_night(SCORES_AT),
            per_portfolio=True,
        ),
        Job(
            "forecasts",
            "Forecasts",
            "Walks every project's way to production many times: when it is live, and how many are by when.",
            "after midnight by each portfolio's clock, when its scores are there",
            _forecasts_slots,
            _next_night(FORECASTS_AT),
            per_portfolio=True,
        ),
        Job(
            "escalations",
            "Escalations",
            "Takes blockers to the next level when their day has come, and has its people told.",
            "every hour, by each portfolio's clock",
            _hourly_slots,
            lambda now: _hour(now) + timedelta(hours=1),
        ),
        Job(
            "nudges",
            "Unanswered flags",
            "Has those above a project's owner told of critical flags that nobody has answered for a week.",
            "every hour",
            _hourly_slots,
            lambda now: _hour(now) + timedelta(hours=1),
        ),
        Job(
            "reminders",
            "Reminders",
            "Reminds people of sign-offs that wait for them.",
            "every hour; the workflow says after how many days",
            _hourly_slots,
            lambda now: _hour(now) + timedelta(hours=1),
        ),
        Job(
            "summary",
            "Daily summary",
            "Counts every portfolio once a day and keeps the figures.",
            "after midnight by each portfolio's clock, when its forecasts are there",
            _summary_slots,
            _next_night(SUMMARY_AT),
            per_portfolio=True,
        ),
        Job(
            "digests",
            "Digests",
            "Writes each person's daily or weekly digest when its hour has come by their own clock.",
            "every 15 minutes",
            _quarterly_slots,
            lambda now: _quarter(now) + SWEEP_EVERY,
        ),
        Job(
            "reports",
            "Leadership packs",
            "Sends the packs whose day has come, with their files.",
            "every hour; packs go out at 6 in the morning by their portfolio's clock",
            _hourly_slots,
            lambda now: _hour(now) + timedelta(hours=1),
        ),
        Job(
            "keys",
            "API keys",
            "Tells the administrators of a portfolio two weeks and a day before one of its keys ends.",
            "every hour",
            _hourly_slots,
            lambda now: _hour(now) + timedelta(hours=1),
        ),
        Job(
            "registries",
            "Model registries",
            "Reads the models and experiments that projects are linked to, each server by itself.",
            "every 15 minutes, and at once when a registry posts a message",
            _quarterly_slots,
            lambda now: _quarter(now) + SWEEP_EVERY,
        ),
        Job(
            FILE,
            "Portfolio from a file",
            "Brings the whole portfolio of a file, all of it or nothing.",
            "when somebody brings one",
            lambda now: [],
            lambda now: None,
            is_of_a_file=True,
        ),
        Job(
            "purge",
            "Clean-up",
            "Deletes what has expired: sessions, sign-in links, kept answers, old runs, messages and mails.",
            f"every night at {PURGE_AT:%H:%M}",
            _purge_slots,
            lambda now: _next(now, PURGE_AT, _here()),
        ),
    )
}
