"""The live plan and scenarios side by side, as plain values."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from portfolio.insights.models import Scenario
from portfolio.insights.queries import forecasts, scenarios, standings
from projects.models import Portfolio


def plain(portfolio: Portfolio, chosen: Sequence[Scenario], measure: str = "") -> dict[str, Any]:
    """All figures of each, computed from what is true now."""
    now = timezone.now()
    standing = standings.at(portfolio, None, now, measure)
    if standing is None:  # only a past day can have none
        return {"months": [], "items": []}
    forecast = forecasts.on(portfolio, standing.day)
    months = forecast.body["months"] if forecast else []
    live = {
        "id": None,
        "name": "Live plan",
        "changes": [],
        "problems": [],
        "figures": standing.balance,
        "launches_by_month": [month["mean"] for month in months] if forecast else None,
    }
    sides = [scenarios.side(portfolio, standing, each, now, forecast) for each in chosen]
    return {
        "months": [month["on"] for month in months],
        "items": [live, *(_plain(side, live["launches_by_month"]) for side in sides)],
    }


def _plain(side: scenarios.Side, otherwise: Any) -> dict[str, Any]:
    problems = [{"code": each.code, "message": each.message, "remedy": each.remedy} for each in side.problems]
    return {
        "id": side.scenario.pk,
        "name": side.scenario.name,
        "changes": side.words,
        "problems": problems,
        "figures": side.balance,
        "launches_by_month": otherwise if side.outlook is None else side.outlook,
    }
