"""When a person is written to, by their own clock: quiet hours, quiet weekends, the moments of digests.

Every moment that is compared is made into UTC first: two moments of one time zone compare by their wall
clock in Python, which is wrong in the hour that a change of the clock repeats.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SATURDAY = 5
DAY = timedelta(days=1)
# A digest of the week may be looked for on any of its days; one more for the hour that has not come yet.
LOOKS_BACK = 8


@dataclass(frozen=True, slots=True)
class Clock:
    """What a person chose; the defaults are what the product ships. Monday is weekday 0."""

    zone: ZoneInfo
    digest_at: time = time(7, 30)
    digest_weekday: int = 0
    quiet_from: time | None = None
    quiet_to: time | None = None
    quiet_weekends: bool = True


def not_before(clock: Clock, now: datetime) -> datetime:
    """Now, or the end of the quiet hours in which now lies, in UTC.

    With quiet weekends, quiet hours last from Friday's to the end of Monday's. Without quiet hours mails
    go at any hour of a weekend, too: only digests keep it.
    """
    moment = now.astimezone(UTC)
    if clock.quiet_from is None or clock.quiet_to is None:
        return moment
    while (end := _end_of_quiet(clock, clock.quiet_from, clock.quiet_to, moment)) is not None:
        moment = end
    return moment


def last_digest(clock: Clock, way: str, now: datetime) -> tuple[date, datetime]:
    """The newest day on which a digest was due, by the person's clock, and its moment in UTC.

    A worker that was away sends it late. What is told after the moment waits for the next.
    """
    return next((day, at) for day, at in _digests(clock, way, now) if at <= now)


def _digests(clock: Clock, way: str, now: datetime) -> Iterator[tuple[date, datetime]]:
    """The days of digests, from today backwards."""
    today = now.astimezone(clock.zone).date()
    for back in range(LOOKS_BACK):
        day = today - back * DAY
        if way == "weekly":
            is_its_day = day.weekday() == clock.digest_weekday
        else:
            is_its_day = not (clock.quiet_weekends and day.weekday() >= SATURDAY)
        if is_its_day:
            yield day, _at(clock, day, clock.digest_at)


def _end_of_quiet(clock: Clock, begins: time, ends: time, moment: datetime) -> datetime | None:
    """When the quiet in which this moment lies may end; None: it is not quiet."""
    local = moment.astimezone(clock.zone)
    today, at = local.date(), local.time()
    if clock.quiet_weekends and local.weekday() >= SATURDAY:
        return _at(clock, today + DAY, time())
    if begins < ends:
        return _later(clock, today, ends, moment) if begins <= at < ends else None
    if at < ends:
        return _later(clock, today, ends, moment)
    return _at(clock, today + DAY, ends) if at >= begins else None


def _later(clock: Clock, day: date, at: time, moment: datetime) -> datetime:
    """This time of the day, the second one where the clock is put back and the first one is over."""
    first = _at(clock, day, at)
    return first if first > moment else _at(clock, day, at.replace(fold=1))


def _at(clock: Clock, day: date, at: time) -> datetime:
    """A time of a person's day in UTC; where the clock leaves it out, as much later."""
    return datetime.combine(day, at, clock.zone).astimezone(UTC)
