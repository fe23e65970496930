"""A what-if of the balance: its changes carried out on the picture of today, all figures computed again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portfolio.insights.models import PortfolioForecast
from portfolio.insights.queries import balances
from portfolio.insights.queries.standings import Standing
from portfolio.insights.rules.forecast import outlooks
from portfolio.insights.rules.scenario import changes
from portfolio.insights.rules.scenario.changes import Change, Unclear
from projects.models import Portfolio
from projects.rules.facts import Obstacle


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Changes in words, the balance with them, and how many projects they let expect in each month."""

    changes: tuple[Change, ...]
    words: list[str]
    balance: dict[str, Any]
    outlook: list[float] | None


def of(
    portfolio: Portfolio,
    standing: Standing,
    asked: Sequence[str],
    now: datetime,
    forecast: PortfolioForecast | None,
) -> tuple[WhatIf | None, list[Obstacle]]:
    """The what-if, and what of it cannot be meant; None for a past day, which nothing can change."""
    if not asked or standing.picture is None or standing.is_past:
        return None, []
    try:
        found = changes.parse(asked)
    except Unclear as unclear:
        return None, list(unclear.problems)
    picture = standing.picture
    after = changes.apply(picture, found)
    names = {entry.key: entry.name for entry in picture.entries}
    whatif = WhatIf(
        changes=found,
        words=[changes.words(change, names, picture.frame.currency) for change in found],
        balance=balances.of(portfolio, after, now, standing.balance["measure"], picture),
        outlook=outlooks.expected(forecast.body, picture, after) if forecast else None,
    )
    return whatif, changes.problems(picture, found)
