"""The jobs that run by the clock: what each does, and which of its slots is due now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings

from projects.models import Portfolio

SWEEP_EVERY = timedelta(minutes=15)
# After midnight by the portfolio's own clock: the day before is over, nobody has begun to change the new one.
SUMMARY_AT = time(0, 5)
# In the small hours of the installation, when nobody waits for the database.
PURGE_AT = time(2, 30)


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


def _sweep_slots(now: datetime) -> list[Slot]:
    start = _quarter(now)
    return [Slot(f"{start:%Y-%m-%dT%H:%M}", start)]


def _quarter(now: datetime) -> datetime:
    """The last full quarter of an hour, in UTC so that a change of the clock repeats none."""
    utc = now.astimezone(UTC)
    return utc.replace(minute=utc.minute - utc.minute % 15, second=0, microsecond=0)


def _summary_slots(now: datetime) -> list[Slot]:
    found = []
    for portfolio_id, zone in _clocks():
        due_at = datetime.combine(now.astimezone(zone).date(), SUMMARY_AT, zone)
        if due_at <= now:
            found.append(Slot(f"{portfolio_id}:{due_at:%Y-%m-%d}", due_at, portfolio_id))
    return found


def _summary_next(now: datetime) -> datetime | None:
    return min((_next(now, SUMMARY_AT, zone) for _, zone in _clocks()), default=None)


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
            _sweep_slots,
            lambda now: _quarter(now) + SWEEP_EVERY,
        ),
        Job(
            "summary",
            "Daily summary",
            "Counts every portfolio once a day and keeps the figures.",
            "after midnight by each portfolio's clock",
            _summary_slots,
            _summary_next,
            per_portfolio=True,
        ),
        Job(
            "purge",
            "Clean-up",
            "Deletes what has expired: sessions, sign-in links, kept answers and old runs.",
            f"every night at {PURGE_AT:%H:%M}",
            _purge_slots,
            lambda now: _next(now, PURGE_AT, _here()),
        ),
    )
}
