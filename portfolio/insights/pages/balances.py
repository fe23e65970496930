"""The balance of a portfolio: a sentence first, then the proof, then what to change."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from portfolio.insights.charts import balances as charts
from portfolio.insights.charts import tiles, whatifs
from portfolio.insights.charts.mixes import NAMES
from portfolio.insights.pages import addresses, advice, subjects
from portfolio.insights.pages.addresses import Asked
from portfolio.insights.queries import forecasts, standings
from portfolio.insights.queries import whatifs as whatif_queries
from portfolio.insights.queries.standings import Standing
from portfolio.insights.queries.whatifs import WhatIf
from portfolio.insights.rules.balance import formulas
from projects import permissions
from projects.actors import Actor
from projects.models import Portfolio


@require_GET
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """The balance of today or of a stored day; a what-if stands in the address and is never saved."""
    portfolio, asked, now = subjects.portfolio(request, slug), Asked.of(request), timezone.now()
    standing = standings.at(portfolio, asked.day, now, asked.measure)
    today = now.astimezone(ZoneInfo(portfolio.time_zone)).date()
    context = {
        "nav": "balance",
        "portfolio": portfolio,
        "asked": asked,
        "today": today,
        "shown_on": standing.day if standing else asked.day,
        "standing": standing,
        "may": _may(Actor.of(request), portfolio),
        "why_url": f"{request.path}formulas/",
        **(_shown(request, portfolio, asked, standing, now) if standing else {}),
    }
    is_part = request.htmx.target == "balance"  # type: ignore[attr-defined]
    return render(request, f"insights/balance/{'_body' if is_part else 'page'}.html", context)


@require_GET
def formula(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """How one figure is computed."""
    portfolio = subjects.portfolio(request, slug)
    if code not in formulas.FORMULAS:
        raise Http404
    context = {"nav": "balance", "portfolio": portfolio, "formula": formulas.FORMULAS[code]}
    return render(request, "insights/balance/formula.html", context)


def _may(actor: Actor, portfolio: Portfolio) -> dict[str, bool]:
    abilities = {"edit": "portfolio.edit", "dismiss": "recommendation.dismiss", "keep": "scenario.edit"}
    return {name: permissions.granted(actor, ability, portfolio) for name, ability in abilities.items()}


def _shown(
    request: HttpRequest, portfolio: Portfolio, asked: Asked, standing: Standing, now: datetime
) -> dict[str, Any]:
    """What the figures are drawn as; all of it follows from the balance, the forecast and the what-if."""
    balance = standing.balance
    if not balance["n_all"]:
        return {"balance": balance}
    measure = balance["measure"]
    compared = standings.earlier(portfolio, standing.day, asked.compare, now, measure)
    then = tiles.Then(compared.day, compared.balance) if compared else None
    forecast = forecasts.on(portfolio, standing.day)
    whatif, problems = whatif_queries.of(portfolio, standing, asked.wi, now, forecast)
    body: dict[str, Any] = forecast.body if forecast else {"months": [], "n": 0}
    return {
        "balance": balance,
        "compared": compared,
        "problems": problems,
        "links": {
            "measures": addresses.measures(asked, request.path, measure),
            "without_compare": asked.at(request.path, compare=None),
        },
        "index_line": charts.line(standings.indexes(portfolio, standing.day, measure)),
        **charts.drawn(
            portfolio.slug,
            balance,
            whatif.balance if whatif else None,
            then,
            compares=asked.compare is not None,
        ),
        **charts.expected(body["months"], body["n"], whatif.outlook if whatif else None),
        **advice.shown(portfolio, asked, standing),
        "whatif": whatif and _bar(request, portfolio, asked, balance, whatif),
    }


def _bar(
    request: HttpRequest, portfolio: Portfolio, asked: Asked, balance: dict[str, Any], whatif: WhatIf
) -> dict[str, Any]:
    """The bar of a what-if, with its links."""
    keep = f"/portfolios/{portfolio.slug}/scenarios/new/"
    return {
        "changes": whatif.changes,
        "words": whatif.words,
        "rows": whatifs.rows(balance, whatif.balance, NAMES),
        "reset": asked.at(request.path, wi=()),
        "link": request.build_absolute_uri(asked.at(request.path)),
        "keep_url": Asked(wi=asked.wi).at(keep),
    }
