"""Simulations of whole portfolios, as pages, REST and reports read them."""

from datetime import date, datetime

from django.db.models import Max

from portfolio.insights.models import PortfolioForecast
from projects.models import Portfolio


def latest(portfolio: Portfolio) -> PortfolioForecast | None:
    """The newest forecast, or None when none was made yet."""
    return PortfolioForecast.objects.filter(portfolio=portfolio).order_by("-day").first()


def on(portfolio: Portfolio, day: date) -> PortfolioForecast | None:
    """The forecast that was in force on a day: the newest one made until its end."""
    return PortfolioForecast.objects.filter(portfolio=portfolio, day__lte=day).order_by("-day").first()


def made_at() -> dict[int, datetime]:
    """When each portfolio was last forecast, by its id."""
    return dict(PortfolioForecast.objects.values_list("portfolio_id").annotate(Max("made_at")).order_by())
