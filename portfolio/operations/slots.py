"""Which runs the clock asks for, and when the next ones are."""

from collections.abc import Callable, Iterable, Iterator
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


class Slot(NamedTuple):
    """One run that the clock asks for."""

    slot: str
    due_at: datetime
    portfolio_id: int | None = None


def quarterly(now: datetime) -> list[Slot]:
    start = _quarter(now)
    return [Slot(f"{start:%Y-%m-%dT%H:%M}", start)]


def hourly(now: datetime) -> list[Slot]:
    start = _hour(now)
    return [Slot(f"{start:%Y-%m-%dT%H}", start)]


def next_quarter(now: datetime) -> datetime:
    return _quarter(now) + SWEEP_EVERY


def next_hour(now: datetime) -> datetime:
    return _hour(now) + timedelta(hours=1)


def _hour(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _quarter(now: datetime) -> datetime:
    """The last full quarter of an hour, in UTC so that a change of the clock repeats none."""
    utc = now.astimezone(UTC)
    return utc.replace(minute=utc.minute - utc.minute % 15, second=0, microsecond=0)


def of_limits(now: datetime) -> list[Slot]:
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


def next_monday(now: datetime) -> datetime | None:
    mondays = ((_monday(now, zone), zone) for _, zone in _clocks())
    return min(
        (datetime.combine(at.date() + timedelta(days=7), LIMITS_AT, zone) for at, zone in mondays),
        default=None,
    )


def of_scores(now: datetime) -> list[Slot]:
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


def of_forecasts(now: datetime) -> list[Slot]:
    """Once the portfolio's scores of the day are there, or could not be made."""
    nights = list(_nights(now, FORECASTS_AT))
    over = _over("scores", [_scores_slot(pk, _midnight(at)) for pk, at in nights])
    return [_of_the_day(pk, at) for pk, at in nights if _scores_slot(pk, _midnight(at)) in over]


def of_summaries(now: datetime) -> list[Slot]:
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


def next_night(at: time) -> Callable[[datetime], datetime | None]:
    return lambda now: min((_next(now, at, zone) for _, zone in _clocks()), default=None)


def of_the_purge(now: datetime) -> list[Slot]:
    due_at = datetime.combine(now.astimezone(_here()).date(), PURGE_AT, _here())
    return [Slot(f"{due_at:%Y-%m-%d}", due_at)] if due_at <= now else []


def next_purge(now: datetime) -> datetime:
    return _next(now, PURGE_AT, _here())


def _next(now: datetime, at: time, zone: ZoneInfo) -> datetime:
    today = now.astimezone(zone).date()
    due_at = datetime.combine(today, at, zone)
    return due_at if due_at > now else datetime.combine(today + timedelta(days=1), at, zone)


def _clocks() -> list[tuple[int, ZoneInfo]]:
    rows = Portfolio.objects.filter(archived_at=None).order_by("pk").values_list("pk", "time_zone")
    return [(pk, ZoneInfo(zone)) for pk, zone in rows]


def _here() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)
