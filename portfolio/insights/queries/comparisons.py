"""What happened to a portfolio between two days, with the reasons why projects left."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portfolio.insights.queries import pictures
from portfolio.insights.queries.choices import Choice
from portfolio.insights.queries.pictures import NOBODY
from portfolio.insights.rules.entries import Entry, Picture
from portfolio.insights.rules.history import comparisons
from portfolio.insights.rules.history.comparisons import Comparison, Removed
from projects.models import Portfolio
from projects.queries import departures

LIVE = "live"


def between(before: Picture, after: Picture) -> Comparison:
    """Added, removed (each with its reason) and changed projects; three queries beyond the two pictures."""
    found = comparisons.compare(before, after)
    gone = [each.entry.id for each in found.removed if each.reason != LIVE]
    why = _why(before, after, gone) if gone else {}
    now = {entry.id: entry for entry in after.entries}
    return replace(found, removed=tuple(_named(each, why, now, after.frame.day) for each in found.removed))


def days(
    portfolio: Portfolio, since: date, to: date | None, now: datetime, choice: Choice = NOBODY
) -> Comparison | None:
    """Two days (`to` None: now) of the projects that were among those chosen on either of them.

    None where nothing was stored yet on one of the days.
    """
    before, after = pictures.at(portfolio, since, now), pictures.at(portfolio, to, now)
    if before is None or after is None:
        return None
    if choice:
        chosen = [pictures.at(portfolio, day, now, choice) for day in (since, to)]
        ids = {entry.id for picture in chosen if picture for entry in picture.entries}
        before, after = _only(before, ids), _only(after, ids)
    return between(before, after)


def _only(picture: Picture, ids: set[int]) -> Picture:
    return replace(picture, entries=tuple(entry for entry in picture.entries if entry.id in ids))


def _why(before: Picture, after: Picture, gone: list[int]) -> dict[int, departures.Departure]:
    portfolio = Portfolio.objects.get(slug=after.frame.slug)
    zone = ZoneInfo(portfolio.time_zone)
    since = datetime.combine(before.frame.day, time(), zone)
    until = datetime.combine(after.frame.day + timedelta(days=1), time(), zone)
    return departures.of(dict.fromkeys(gone, portfolio.pk), since=since, until=until)


def _named(
    removed: Removed, why: Mapping[int, departures.Departure], now: Mapping[int, Entry], day: date
) -> Removed:
    """With what happened; one that went live is still there: since when, its days in the stage say."""
    if (known := why.get(removed.entry.id)) is not None:
        return Removed(removed.entry, known.reason, known.label, known.at, known.by, known.why)
    label = departures.LABELS[removed.reason]
    if (live := now.get(removed.entry.id)) is None:
        return replace(removed, label=label)
    entered_on = day - timedelta(days=live.days_in_stage)
    return replace(removed, label=label, at=datetime.combine(entered_on, time(12), UTC))
