"""The two days that a look at the matrix compares."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from zoneinfo import ZoneInfo

from portfolio.insights.models import Snapshot
from portfolio.insights.queries.sights import Sight
from portfolio.insights.rules.matrix import stops
from projects.models import Portfolio


@dataclass(frozen=True, slots=True)
class Span:
    """Two days to compare: from a stored one to another stored one, or to now (None)."""

    since: date
    day: date | None
    has_generated: bool


def of(portfolio: Portfolio, sight: Sight, now: datetime) -> Span | None:
    """The days that a look compares; None where no past is stored."""
    today = now.astimezone(ZoneInfo(portfolio.time_zone)).date()
    rows = Snapshot.objects.filter(portfolio=portfolio).order_by("day").values_list("day", "is_generated")
    days = dict(rows)
    is_past = sight.day is not None and sight.day < today
    until = cast("date", sight.day) if is_past else today
    since = stops.begun(list(days), sight.since, until)
    if since is None:
        return None
    kept = max((day for day in days if day <= until), default=None) if is_past else None
    return Span(since, kept, days[since] or bool(kept and days[kept]))
