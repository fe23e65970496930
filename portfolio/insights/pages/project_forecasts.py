"""The forecast of a project: a panel on its overview, and by itself a page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from portfolio.insights import forecast_sentences as sentences
from portfolio.insights.charts import drifts
from portfolio.insights.queries import project_forecasts
from portfolio.insights.rules.forecast.roadmaps import LATE_AT
from projects import permissions
from projects.actors import Actor
from projects.queries import projects as project_queries


@require_GET
def show(request: HttpRequest, key: str) -> HttpResponse:
    """Whether the project launches, when if it does, and how that moved."""
    actor = Actor.of(request)
    project = project_queries.one(actor, key)
    outlook = project_forecasts.of(project, timezone.now())
    context = {
        "nav": "projects",
        "project": project,
        "portfolio": project.portfolio,
        "outlook": outlook,
        "whether": sentences.percent(outlook.p) if outlook.p is not None else "",
        "dates": sentences.dates(outlook.p50_on, outlook.p80_on, outlook.p95_on, outlook.today),
        "promise": sentences.promise(outlook.p_on_time, outlook.committed_on, outlook.today),
        "is_late": outlook.p_on_time is not None and outlook.p_on_time <= LATE_AT,
        "drift": drifts.drift(outlook),
        "newest_first": list(reversed(outlook.points)),
        "may": {"look": permissions.granted(actor, "balance.view", project.portfolio)},
    }
    part = "_panel" if request.htmx else "page"  # type: ignore[attr-defined]
    response = render(request, f"insights/forecast/{part}.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response
