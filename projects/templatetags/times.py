"""Times and dates as people say them, by the reader's clock; the exact time is in the title."""

from datetime import date, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS_IN_DAYS = 14  # "13 days ago", then weeks
DAYS_IN_WEEKS = 63  # "8 weeks ago", then the date


@register.simple_tag
def ago(when: datetime | date | None, never: str = "never") -> SafeString:
    """How long ago or how far ahead: "8 days ago", "in 6 days"."""
    if not when:
        return format_html('<span class="meta">{}</span>', never)
    now = timezone.localtime()
    if isinstance(when, datetime):
        when = when.astimezone(now.tzinfo)
    return _time(when, relative(when, now))


@register.simple_tag
def day(when: datetime | date | None, short: bool = False, none: str = "") -> SafeString:
    """A date as 26 Feb 2027; `short` drops the year for this year and the next, as rows do."""
    if not when:
        return format_html('<span class="meta">{}</span>', none) if none else SafeString("")
    on = timezone.localtime(when).date() if isinstance(when, datetime) else when
    if short and 0 <= on.year - timezone.localdate().year <= 1:
        return _time(on, f"{on.day} {MONTHS[on.month - 1]}")
    return _time(on, exact(on))


@register.simple_tag
def moment(when: datetime | None, none: str = "never") -> SafeString:
    """A date with its time, for logs and runs: 20 Nov 2026, 09:42 CET."""
    if not when:
        return format_html('<span class="meta">{}</span>', none)
    local = timezone.localtime(when)
    return _time(local, exact(local))


def exact(when: datetime | date) -> str:
    """The date, and of a moment also the time with its zone."""
    words = f"{when.day} {MONTHS[when.month - 1]} {when.year}"
    return f"{words}, {when:%H:%M %Z}" if isinstance(when, datetime) else words


def relative(when: datetime | date, now: datetime) -> str:
    """Minutes and hours within a day of the calendar, then days, weeks, and at last the date."""
    on = when.date() if isinstance(when, datetime) else when
    days = (now.date() - on).days
    if isinstance(when, datetime) and (words := _within_a_day(now - when, days)):
        return words
    if days in (0, 1, -1):
        return {0: "today", 1: "yesterday", -1: "tomorrow"}[days]
    if abs(days) < DAYS_IN_DAYS:
        return _past_or_future(abs(days), "days", days > 0)
    if abs(days) < DAYS_IN_WEEKS:
        return _past_or_future(abs(days) // 7, "weeks", days > 0)
    return exact(on)


def _within_a_day(gone: timedelta, days: int) -> str:
    """Words for minutes and hours; none where "yesterday" or a number of days says it better."""
    minutes = int(abs(gone).total_seconds() // 60)
    past = gone >= timedelta(0)
    if minutes == 0:
        return "just now" if past else "in a minute"
    if minutes < 60:
        return _past_or_future(minutes, "min", past)
    hours = minutes // 60
    return "" if days else _past_or_future(hours, "hour" if hours == 1 else "hours", past)


def _past_or_future(number: int, unit: str, past: bool) -> str:
    return f"{number} {unit} ago" if past else f"in {number} {unit}"


def _time(when: datetime | date, words: str) -> SafeString:
    """A <time> element; nothing in it comes from people."""
    iso, title = when.isoformat(), exact(when)
    attribute = f' title="{title}"' if title != words else ""
    return mark_safe(f'<time datetime="{iso}"{attribute}>{words}</time>')  # noqa: S308
