"""Times and dates as people say them; the exact time is in the title."""

from datetime import date, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS_IN_DAYS = 14  # "13 days ago", then weeks
DAYS_IN_WEEKS = 63  # "8 weeks ago", then the date


@register.simple_tag
def ago(when: datetime | date | None, never: str = "never") -> SafeString:
    """How long ago or how far ahead: "8 days ago", "in 6 days"; the exact time is in the title."""
    if when is None:
        return format_html('<span class="meta">{}</span>', never)
    title = exact(when)
    return format_html('<time datetime="{}" title="{}">{}</time>', when.isoformat(), title, relative(when))


@register.simple_tag
def day(when: datetime | date | None, short: bool = False, none: str = "") -> SafeString:
    """A date as 26 Feb 2027; `short` drops the year for this year and the next, as rows do."""
    if when is None:
        return format_html('<span class="meta">{}</span>', none) if none else SafeString("")
    on = _local_day(when)
    near = short and on.year in (_today().year, _today().year + 1)
    words = f"{on.day} {MONTHS[on.month - 1]}" if near else date_words(on)
    return format_html('<time datetime="{}" title="{}">{}</time>', on.isoformat(), exact(when), words)


@register.simple_tag
def moment(when: datetime | None, none: str = "never") -> SafeString:
    """A date with its time, for logs and runs: 20 Nov 2026, 09:42."""
    if when is None:
        return format_html('<span class="meta">{}</span>', none)
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), exact(when))


def exact(when: datetime | date) -> str:
    """The date, and of a moment also the time of the reader's clock with its zone."""
    if not isinstance(when, datetime):
        return date_words(when)
    local = timezone.localtime(when) if timezone.is_aware(when) else when
    return f"{date_words(local)}, {local:%H:%M %Z}".rstrip()


def date_words(on: date) -> str:
    """26 Feb 2027."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def relative(when: datetime | date) -> str:
    """Minutes and hours within a day, then days of the calendar, weeks, and at last the date."""
    if isinstance(when, datetime) and timezone.is_aware(when):
        gone = timezone.now() - when
        if abs(gone) < timedelta(hours=24) and (minutes := _minutes(gone)) is not None:
            return minutes
    on = _local_day(when)
    days = (_today() - on).days
    if abs(days) >= DAYS_IN_WEEKS:
        return date_words(on)
    if days in (0, 1, -1):
        return {0: "today", 1: "yesterday", -1: "tomorrow"}[days]
    if abs(days) < DAYS_IN_DAYS:
        return _past_or_future(abs(days), "days", days > 0)
    return _past_or_future(abs(days) // 7, "weeks", days > 0)


def _minutes(gone: timedelta) -> str | None:
    """Words for less than a day; None when the calendar says it better ("yesterday")."""
    minutes = int(abs(gone).total_seconds() // 60)
    past = gone >= timedelta(0)
    if minutes == 0:
        return "just now" if past else "in a minute"
    if minutes < 60:
        return _past_or_future(minutes, "min", past)
    if _local_day(timezone.now() - gone) != _today():
        return None
    hours = minutes // 60
    return _past_or_future(hours, "hour" if hours == 1 else "hours", past)


def _past_or_future(number: int, unit: str, past: bool) -> str:
    return f"{number} {unit} ago" if past else f"in {number} {unit}"


def _today() -> date:
    return timezone.localdate()


def _local_day(when: datetime | date) -> date:
    if not isinstance(when, datetime):
        return when
    return timezone.localtime(when).date() if timezone.is_aware(when) else when.date()
