"""The roadmap as files: rows for a spreadsheet, days for a calendar."""

from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from portfolio.insights.forecast_sentences import percent
from portfolio.insights.pages import subjects
from portfolio.insights.pages.roadmap_addresses import Asked
from portfolio.insights.queries import roadmaps
from portfolio.insights.queries.roadmaps import Roadmap
from portfolio.insights.rules import icalendars
from portfolio.insights.rules.forecast import roadmaps as rules
from portfolio.insights.rules.icalendars import Day
from projects.exports.answers import answer
from projects.exports.tables import Table
from projects.models import Portfolio

HEADERS = (
    *("key", "name", "business unit", "owner", "stage", "days in stage", "typical days", "health", "status"),
    *("target date", "chance to launch", "chance of target", "P50", "P80", "P95", "generated"),
)


@require_GET
def rows(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """A file of the rows, sorted as they are on the page when it is grouped by date."""
    portfolio = subjects.portfolio(request, slug)
    roadmap = _roadmap(request, portfolio)
    return answer(request, f"roadmap-{slug}", roadmap.frame.day, Table("roadmap", HEADERS, _cells(roadmap)))


@require_GET
def days(request: HttpRequest, slug: str) -> HttpResponse:
    """A calendar of likely days (P50) and target dates."""
    portfolio = subjects.portfolio(request, slug)
    roadmap = _roadmap(request, portfolio)
    name = f"{portfolio.name}: roadmap"
    body = icalendars.write(name, _events(request, roadmap), timezone.now().astimezone(UTC))
    filename = f"{slug}-roadmap-{roadmap.frame.day.isoformat()}.ics"
    return HttpResponse(
        body,
        content_type="text/calendar; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{filename}"',
            "Cache-Control": "no-store, private",
        },
    )


def _roadmap(request: HttpRequest, portfolio: Portfolio) -> Roadmap:
    asked = Asked.of(request)
    found = roadmaps.of(portfolio, asked.day, timezone.now(), asked.choice)
    if found is None:
        raise Http404
    return found


def _cells(roadmap: Roadmap) -> Iterator[list[Any]]:
    for entry in rules.sooner_first(roadmap.entries):
        usual = entry.typical_days[0] if entry.typical_days else None
        yield [
            *(entry.key, entry.name, entry.unit, entry.owner, entry.stage_label, entry.days_in_stage, usual),
            *(entry.health, entry.status, entry.committed_on, _chance(entry.p), _chance(entry.p_on_time)),
            *(entry.p50_on, entry.p80_on, entry.p95_on, entry.is_generated),
        ]


def _chance(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _events(request: HttpRequest, roadmap: Roadmap) -> Iterator[Day]:
    for entry in rules.sooner_first(roadmap.entries):
        url = request.build_absolute_uri(reverse("project", args=[entry.key]))
        if entry.p50_on:
            text = f"{percent(entry.p)} likely to launch at all." if entry.p is not None else ""
            title = f"{entry.name}: half likely to be live"
            yield Day(f"{entry.key}-p50@plimsoll", entry.p50_on, title, text, url)
        if entry.committed_on:
            known = entry.p_on_time is not None
            text = f"{percent(entry.p_on_time or 0)} likely to be live by then." if known else ""
            yield Day(f"{entry.key}-target@plimsoll", entry.committed_on, f"{entry.name}: target", text, url)
