"""The summary of a portfolio: what a day's figures show, and having them taken again."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from portfolio.insights import sentences
from portfolio.insights.charts import summaries as charts
from portfolio.insights.models import Snapshot
from portfolio.insights.pages import subjects
from portfolio.insights.queries import summaries
from portfolio.operations.actions import runs
from portfolio.operations.queries import runs as run_queries
from projects import permissions
from projects.actors import Actor
from projects.models import Portfolio

JOB = "summary"


@require_GET
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest summary, or that of the day asked for."""
    actor, portfolio = Actor.of(request), _portfolio(request, slug)
    day = subjects.day(request)
    snapshot = summaries.on(portfolio, day) if day else summaries.latest(portfolio)
    if day and snapshot is None:
        raise Http404
    context = {
        "nav": "summary",
        "portfolio": portfolio,
        "snapshot": snapshot,
        "days": summaries.days(portfolio),
        "run": run_queries.in_hand(JOB, portfolio),
        "away_since": run_queries.away_since(timezone.now()),
        "may": {"take": permissions.granted(actor, "summary.take", portfolio)},
        **(_shown(snapshot, portfolio) if snapshot else {}),
    }
    return render(request, "insights/summary.html", context)


@require_POST
def take(request: HttpRequest, slug: str) -> HttpResponse:
    """Have the summary taken again; a worker does it."""
    portfolio = _portfolio(request, slug)
    run = runs.ask(JOB, actor=Actor.of(request), now=timezone.now(), portfolio=portfolio)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "insights/_run.html", {"portfolio": portfolio, "run": run})
    messages.success(request, "The summary is being taken. Reload the page in a moment.")
    return redirect("summary", slug=slug)


@require_GET
def progress(request: HttpRequest, slug: str, run_id: int) -> HttpResponse:
    """How far a run is; when it is over, the page loads itself with what it found."""
    portfolio = _portfolio(request, slug)
    run = run_queries.one(run_id)
    if run is None or run.portfolio_id != portfolio.pk:
        raise Http404
    response = render(request, "insights/_run.html", {"portfolio": portfolio, "run": run})
    if run.is_over and not run.error:
        response["HX-Redirect"] = reverse("summary", kwargs={"slug": slug})
    return response


def _portfolio(request: HttpRequest, slug: str) -> Portfolio:
    return get_object_or_404(Portfolio.objects.visible_to(Actor.of(request)), slug=slug)


def _shown(snapshot: Snapshot, portfolio: Portfolio) -> dict[str, Any]:
    """A snapshot's body as the page shows it: sentences, rows with their bars and their links."""
    body = snapshot.body
    return {
        "taken_at": snapshot.taken_at.astimezone(ZoneInfo(portfolio.time_zone)),
        "headline": sentences.headline(body),
        "details": sentences.details(body),
        "body": body,
        **charts.rows(body, portfolio.slug),
    }
