"""The balance of a day as pages show it, the one it is compared with, and the index over time."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portfolio.insights.models import Snapshot
from portfolio.insights.queries import balances, pictures
from portfolio.insights.rules.entries import Picture
from projects.models import Portfolio

QUARTER = timedelta(days=90)  # unless asked otherwise, what is compared is a quarter old
YEAR = timedelta(days=365)
POINTS = 53  # of the line over time: one a week


@dataclass(frozen=True, slots=True)
class Standing:
    """The balance of one day; `picture` is None where the stored figures were enough."""

    day: date
    balance: dict[str, Any]
    picture: Picture | None = None
    is_past: bool = False
    is_stored: bool = False


def at(portfolio: Portfolio, day: date | None, now: datetime, measure: str = "") -> Standing | None:
    """The balance today, or on a day as it was stored then; None before the first day that was stored."""
    if day is None or day >= now.astimezone(ZoneInfo(portfolio.time_zone)).date():
        picture = pictures.live(portfolio, now)
        return Standing(picture.frame.day, balances.of(portfolio, picture, now, measure), picture)
    kept = pictures.kept_on(portfolio, day)
    if kept is None:
        return None
    if kept.balance and measure in ("", kept.balance["measure"]):
        return _stored(kept)
    past = pictures.on(portfolio, kept.day)
    if past is None:  # taken away a moment ago
        return None
    return Standing(kept.day, balances.of(portfolio, past, kept.taken_at, measure), past, is_past=True)


def earlier(
    portfolio: Portfolio, before: date, asked: date | None, now: datetime, measure: str
) -> Standing | None:
    """The balance to compare with: of the day asked for, else of a quarter before, else the oldest kept."""
    if asked:
        return at(portfolio, asked, now, measure)
    kept = Snapshot.objects.filter(portfolio=portfolio, day__lt=before).exclude(balance={})
    found = kept.filter(day__lte=before - QUARTER).order_by("-day").first() or kept.order_by("day").first()
    return _stored(found) if found else None


def indexes(portfolio: Portfolio, until: date, measure: str) -> list[tuple[date, float]]:
    """The balance index over the year until a day, a week apart at least."""
    kept = Snapshot.objects.filter(portfolio=portfolio, day__lte=until, day__gt=until - YEAR)
    rows = kept.exclude(balance={}).order_by("day").values_list("day", f"balance__index__{measure}")
    known = [(day, float(value)) for day, value in rows if value is not None]
    step = max(1, -(-len(known) // POINTS))
    return known[::-1][::step][::-1]


def _stored(kept: Snapshot) -> Standing:
    return Standing(kept.day, kept.balance, is_past=True, is_stored=True)
