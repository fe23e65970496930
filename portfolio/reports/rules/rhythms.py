"""When a report goes out next."""

from datetime import date, timedelta

# Every month has it.
LAST_DAY = 28
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def is_day(rhythm: str, day: int) -> bool:
    """Whether a weekday (Monday is 0) or a day of the month can be kept every time."""
    return 0 <= day <= 6 if rhythm == "weekly" else 1 <= day <= LAST_DAY


def following(rhythm: str, day: int, after: date) -> date:
    """The first day of the rhythm after a date."""
    if rhythm == "weekly":
        return after + timedelta(days=(day - after.weekday() - 1) % 7 + 1)
    first = after.replace(day=1)
    if after.day >= day:
        first = (first + timedelta(days=31)).replace(day=1)
    return first.replace(day=day)


def words(rhythm: str, day: int) -> str:
    """The rhythm as people say it."""
    return f"every {WEEKDAYS[day]}" if rhythm == "weekly" else f"on day {day} of every month"
