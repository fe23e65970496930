"""What a leadership pack of a portfolio is made of, today or on a past day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from portfolio.insights.queries import balances, comparisons, forecasts, matrices, pictures
from portfolio.insights.queries.matrices import Found
from portfolio.insights.queries.sights import Sight
from portfolio.insights.rules.entries import Entry, Frame, Picture
from portfolio.insights.rules.history.comparisons import Comparison
from projects.models import Portfolio
from projects.models.scorecards import card_of
from projects.rules.scorecards import shipped

# A month ago: what leadership saw the last time.
BEFORE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything that the pack shows, read once: the same figures for page, PDF, slides and workbook."""

    picture: Picture
    balance: Mapping[str, Any]
    made_at: datetime
    matrix: Found | None = None
    pitfalls: Mapping[str, str] = field(default_factory=dict)
    months: Sequence[Mapping[str, Any]] = ()
    before: date | None = None
    changes: Comparison | None = None

    @property
    def frame(self) -> Frame:
        return self.picture.frame

    @property
    def in_flight(self) -> list[Entry]:
        """Open projects that are not live yet, those promised first before the others."""
        open_ones = [each for each in self.picture.entries if each.is_open and each.standard != "production"]
        return sorted(open_ones, key=lambda each: (each.committed_on is None, each.committed_on, each.name))


def contents(portfolio: Portfolio, day: date | None, now: datetime) -> Contents | None:
    """The contents on a day (None: today); None on a day before the first that was kept."""
    picture = pictures.at(portfolio, day, now)
    if picture is None:
        return None
    forecast = forecasts.on(portfolio, picture.frame.day)
    earlier = pictures.on(portfolio, picture.frame.day - BEFORE)
    card = card_of(portfolio) if portfolio.scorecard_id else shipped()
    return Contents(
        picture=picture,
        balance=balances.of(portfolio, picture, now),
        made_at=now,
        matrix=matrices.find(portfolio, Sight(day=day, has_trails=False), now),
        pitfalls={each.code: each.label for each in card.pitfalls},
        months=forecast.body["months"] if forecast else (),
        before=earlier.frame.day if earlier else None,
        changes=comparisons.between(earlier, picture) if earlier else None,
    )
