"""The forecast of a portfolio: every project's way to production, walked many times, once a day."""

from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction

from portfolio.insights.models import PortfolioForecast
from portfolio.insights.queries import walkers
from portfolio.insights.queries.walkers import Field
from portfolio.insights.rules.forecast import futures
from portfolio.insights.rules.forecast.futures import Future, Outlook
from projects import permissions
from projects.actions import forecasts
from projects.actions.forecasts import Expected, Made
from projects.actors import Actor
from projects.models import Portfolio

MODEL_VERSION = "walk-1"
# As far as a plan of leadership looks.
MONTHS = 18
# Three years: how long a value is counted (domain). Who is live later is not in the total.
HORIZON_DAYS = 1_095
MONTH_SHARES = {"p10": 0.1, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p90": 0.9}
TOTAL_SHARES = {"p05": 0.05, "p50": 0.5, "p95": 0.95}
# Far more portfolios than anybody has, so that no two share a seed on neighbouring days.
MOST_PORTFOLIOS = 10_000_000


def make(
    portfolio_id: int,
    *,
    actor: Actor,
    now: datetime,
    seed: int | None = None,
    runs: int = futures.RUNS,
    alive: Callable[[], None] = lambda: None,
) -> PortfolioForecast:
    """Forecast a portfolio and its projects; made again on the same day, it replaces the earlier one.

    The body: `n` projects; `months`: for today and each month's end, how many of them are live by then
    (mean and percentiles over the runs); `keys` and `chances`: each project's chance to be live by then;
    `total`: live within `horizon_days`; `sources`: how much history it rests on.
    """
    portfolio = Portfolio.objects.get(pk=portfolio_id)
    permissions.require(actor, "summary.take", portfolio)
    field = walkers.read(portfolio, now)
    seed = usual_seed(portfolio, field.today) if seed is None else seed
    ends = month_ends(field.today)
    days = [*((end - field.today).days for end in ends), HORIZON_DAYS]
    # Walking takes long and locks nothing; of two who walk at once, the later result stays.
    future = futures.run(field.walkers, days, seed=seed, runs=runs, alive=alive)
    alive()
    expected = [_expected(field, key, outlook) for key, outlook in future.outlooks.items()]
    made = Made(at=now, seed=seed, runs=runs, model_version=MODEL_VERSION)
    forecasts.store(portfolio.pk, expected=expected, made=made, actor=actor)
    return _keep(portfolio, field.today, made, _body(field, ends, future))


def usual_seed(portfolio: Portfolio, day: date) -> int:
    """The same for a portfolio all day long, so that whoever repeats a forecast finds the same numbers."""
    return day.toordinal() * MOST_PORTFOLIOS + portfolio.pk


def month_ends(today: date) -> list[date]:
    """Today, and the last days of the months after it."""
    found, first = [today], today + timedelta(days=1)
    for _ in range(MONTHS):
        last = first.replace(day=monthrange(first.year, first.month)[1])
        found.append(last)
        first = last + timedelta(days=1)
    return found


def _expected(field: Field, key: str, outlook: Outlook) -> Expected:
    def on(days: int | None) -> date | None:
        return None if days is None else field.today + timedelta(days=days)

    return Expected(
        project_id=field.ids[key],
        p_production=outlook.p,
        p_within_year=outlook.p_within_year,
        committed_on=field.committed[key],
        p_on_time=outlook.p_on_time,
        p05_on=on(outlook.p05),
        p50_on=on(outlook.p50),
        p80_on=on(outlook.p80),
        p95_on=on(outlook.p95),
    )


def _body(field: Field, ends: Sequence[date], future: Future) -> dict[str, Any]:
    keys = list(field.ids)
    by_month = zip(ends, future.live.T, strict=False)  # the last column is the horizon
    return {
        "n": len(keys),
        "months": [{"on": f"{end:%Y-%m-%d}", **_spread(live, MONTH_SHARES)} for end, live in by_month],
        "keys": keys,
        "chances": [[round(p, 4) for p in future.outlooks[key].chances[: len(ends)]] for key in keys],
        "total": _spread(future.live[:, -1], TOTAL_SHARES),
        "horizon_days": HORIZON_DAYS,
        "sources": {
            "stays": field.stays,
            "generated": field.generated,
            "thin_stages": list(field.thin_stages),
        },
    }


def _spread(live: Any, shares: dict[str, float]) -> dict[str, float]:
    """The mean number of live projects, and the numbers that are not exceeded with these chances."""
    found = np.quantile(live, list(shares.values()), method="inverted_cdf")
    return {
        "mean": round(float(live.mean()), 4),
        **{name: int(number) for name, number in zip(shares, found, strict=True)},
    }


def _keep(portfolio: Portfolio, day: date, made: Made, body: dict[str, Any]) -> PortfolioForecast:
    values = {
        "made_at": made.at,
        "seed": made.seed,
        "runs": made.runs,
        "model_version": made.model_version,
        "body": body,
    }
    with transaction.atomic():
        kept, is_new = PortfolioForecast.objects.select_for_update().get_or_create(
            portfolio=portfolio, day=day, defaults=values
        )
        if not is_new and kept.made_at <= made.at:
            for name, value in values.items():
                setattr(kept, name, value)
            kept.save(update_fields=[*values])
    return kept
