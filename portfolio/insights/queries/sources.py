"""Where the rows of a look at the matrix are: projects as they are, or their stored days."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from portfolio.insights.queries import choices, crowds, pictures
from portfolio.insights.queries.crowds import IN_SCOPE, IS_PLACED
from portfolio.insights.queries.sights import Sight
from portfolio.insights.rules.entries import Frame
from projects.models import Portfolio, Project
from projects.queries import exchange


@dataclass(frozen=True, slots=True)
class Source:
    """Rows that the filters let through, and the settings of their day."""

    rows: crowds.Rows
    frame: Frame
    day: date | None  # None: now
    rates: exchange.Rates | None

    @property
    def is_past(self) -> bool:
        return self.day is not None

    def reading(self, code: str) -> Any:
        """What a row has on an axis."""
        return crowds.reading(code, is_past=self.is_past)


def of(portfolio: Portfolio, sight: Sight, today: date) -> Source | None:
    """The rows of the day asked for; None before the first that was kept."""
    if sight.day is None or sight.day >= today:
        rows: crowds.Rows = Project.objects.running().filter(portfolio=portfolio)
        rates = exchange.rates(portfolio, today)
        return Source(choices.apply(rows, sight.choice), pictures.frame(portfolio, today), None, rates)
    kept = pictures.kept_on(portfolio, sight.day)
    if kept is None:
        return None
    rows = pictures.of_day(portfolio, kept.day)
    frame = pictures.past_frame(portfolio, kept, ())
    return Source(choices.apply(rows, sight.choice), frame, kept.day, None)


def wanted(sight: Sight) -> Q:
    """The projects that are drawn."""
    return IS_PLACED if sight.has_live else IN_SCOPE


def narrowed(source: Source, sight: Sight) -> crowds.Rows:
    """Those of them within the ranges that the axes show."""
    rows = source.rows.filter(wanted(sight))
    for name, code, range_ in (("at_x", sight.across, sight.x), ("at_y", sight.up, sight.y)):
        if range_:
            rows = rows.annotate(**{name: source.reading(code)})
            rows = rows.filter(**{f"{name}__gte": range_[0], f"{name}__lte": range_[1]})
    return rows


def only(source: Source, sight: Sight) -> Q:
    """The same as a condition."""
    return Q(pk__in=narrowed(source, sight).values("pk")) if sight.is_zoomed else wanted(sight)
