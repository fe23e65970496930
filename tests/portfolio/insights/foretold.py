"""Projects with forecasts to test with: written as rows, as the nightly job would have left them."""

from datetime import date, timedelta

from django.db.models import DateTimeField, Value
from django.db.models.functions import Least
from django.utils import timezone

from portfolio.insights.models import PortfolioForecast
from projects.models import Forecast, Project, Spell

DAY = timedelta(days=1)


def a_forecast_of(project, *, half=100, later=150, latest=200, p=0.6, on_time=None, target=None, today=None):
    """The newest forecast of a project, in days from today."""
    today = today or timezone.now().date()
    Project.objects.filter(pk=project.pk).update(
        p50_on=today + half * DAY,
        p80_on=today + later * DAY,
        p95_on=today + latest * DAY,
        p_production=p,
        p_on_time=on_time,
        committed_on=None if target is None else today + target * DAY,
        forecast_at=timezone.now(),
    )


def a_portfolio_forecast(portfolio, *, keys=(), stays=61, generated=0, day=None):
    """The simulation that the days come from."""
    sources = {"stays": stays, "generated": generated, "thin_stages": ["idea"] if generated else []}
    return PortfolioForecast.objects.create(
        portfolio=portfolio,
        day=day or timezone.now().date(),
        made_at=timezone.now(),
        seed=1,
        runs=10_000,
        model_version="test",
        body={"n": len(keys), "months": [], "keys": list(keys), "chances": [], "sources": sources},
    )


def was_forecast(project, on: date, *, p=0.5, within_year=0.3, days=(100, 150, 200), **fields):
    """A stored forecast of a project."""
    half, later, latest = days
    return Forecast.objects.create(
        project=project,
        on=on,
        made_at=timezone.now(),
        p_production=p,
        p_within_year=within_year,
        p50_on=on + half * DAY,
        p80_on=on + later * DAY,
        p95_on=on + latest * DAY,
        seed=1,
        runs=10_000,
        model_version="test",
        **{"occasion": "month_end", "stage": "poc", **fields},
    )


def was_launched(project, at):
    """It left its stage for production at a moment, as the moves would have written it."""
    _leave(project, at, "advance")
    Spell.objects.create(project=project, stage="production", standard_stage="production", entered_at=at)
    Project.objects.filter(pk=project.pk).update(
        stage="production",
        standard_stage="production",
        outcome="in_production",
        ever_in_production=True,
        stage_since=at,
    )


def was_stopped(project, at):
    """It was stopped at a moment."""
    _leave(project, at, "stop")
    Project.objects.filter(pk=project.pk).update(outcome="stopped", ended_at=at)


def _leave(project, at, cause):
    """End the open stay; one that began only now began a year before."""
    earlier = Value(at - 365 * DAY, DateTimeField())
    stay = Spell.objects.filter(project=project, left_at=None)
    stay.update(entered_at=Least("entered_at", earlier), left_at=at, cause=cause)
