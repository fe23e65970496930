"""The roadmap of a portfolio: what was promised against what is likely, row by row."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET, require_POST

from portfolio.insights.charts import gantts
from portfolio.insights.charts import roadmaps as charts
from portfolio.insights.pages import subjects
from portfolio.insights.pages.matrix_looks import NAMES
from portfolio.insights.pages.roadmap_addresses import Asked
from portfolio.insights.pages.roadmap_filters import FilterForm, chips
from portfolio.insights.queries import roadmaps
from portfolio.insights.queries.roadmaps import Roadmap
from portfolio.insights.rules.forecast import roadmaps as rules
from portfolio.operations.actions import runs
from portfolio.operations.queries import runs as run_queries
from projects import permissions
from projects.actors import Actor

JOB = "forecasts"


@require_GET
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """The roadmap of today or of a past day; for htmx only what its filters change."""
    portfolio, asked, now = subjects.portfolio(request, slug), Asked.of(request), timezone.now()
    if any(request.GET.get(name) == "" for name in (*NAMES, "day")):
        # The forms send every field; the address keeps those that say something.
        return HttpResponseRedirect(asked.at(request.path))
    roadmap = roadmaps.of(portfolio, asked.day, now, asked.choice)
    today = now.astimezone(ZoneInfo(portfolio.time_zone)).date()
    context = {
        "nav": "roadmap",
        "portfolio": portfolio,
        "asked": asked,
        "today": today,
        "roadmap": roadmap,
        "chips": chips(portfolio, asked.choice),
        "run": run_queries.in_hand(JOB, portfolio),
        "may": {"forecast": permissions.granted(Actor.of(request), "summary.take", portfolio)},
        "links": _links(request, asked),
        **(_drawn(roadmap, asked) if roadmap else {}),
    }
    part = "_list" if request.htmx.target == "list" else "page"  # type: ignore[attr-defined]
    response = render(request, f"insights/roadmap/{part}.html", context)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


@require_GET
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    """The form of all filters, as a dialog or as a page."""
    portfolio = subjects.portfolio(request, slug)
    asked = Asked.of(request)
    context = {
        "nav": "roadmap",
        "portfolio": portfolio,
        "form": FilterForm(portfolio, asked.choice),
        "asked": asked,
    }
    return render(request, "insights/roadmap/filters.html", context)


@require_POST
def forecast(request: HttpRequest, slug: str) -> HttpResponse:
    """Have the forecasts made now; a worker does it."""
    portfolio = subjects.portfolio(request, slug)
    runs.ask(JOB, actor=Actor.of(request), now=timezone.now(), portfolio=portfolio)
    messages.success(request, "The forecasts are being made. Reload the page in a moment.")
    return redirect("roadmap", slug=slug)


def _drawn(roadmap: Roadmap, asked: Asked) -> dict[str, Any]:
    """Groups, scale and lines; one scale for all pages, so that they can be compared."""
    groups = rules.grouped(roadmap.entries, asked.by, roadmap.stages)
    scale = gantts.axis(roadmap.frame.day, roadmap.entries, is_past=roadmap.frame.is_past)
    return {
        "axis": scale,
        "page": charts.page(
            roadmap, groups, scale, opened=asked.opened, number=asked.page, opening=asked.opening
        ),
        "even": roadmap.even,
        "promised": roadmap.promised,
        "gaps": roadmap.gaps,
    }


def _links(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    path = request.path
    names = {"unit": "By unit", "date": "By date", "stage": "By stage"}
    return {
        "by": [
            (label, asked.at(path, by=code, opened=None, page=1), asked.by == code)
            for code, label in names.items()
        ],
        "before": asked.at(path, page=asked.page - 1),
        "after": asked.at(path, page=asked.page + 1),
        "ics": asked.at(f"{path}dates.ics", by="unit", opened=None, page=1),
        "filters": asked.at(f"{path}filters/", opened=None, page=1),
        "everything": asked.at(path, choice=type(asked.choice)(), opened=None, page=1),
        "now": asked.at(path, day=None, page=1),
    }
