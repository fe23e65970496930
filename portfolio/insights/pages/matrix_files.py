"""The matrix as files: a picture that carries its own styles, and its points for a spreadsheet."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from portfolio.insights.charts import boards, scenes, stylesheets
from portfolio.insights.pages import matrices, subjects
from portfolio.insights.queries import points as queries
from portfolio.insights.queries.matrices import Found
from portfolio.insights.rules.entries import Entry
from projects.exports.answers import answer
from projects.exports.tables import Table

THEMES = ("light", "dark")
# A picture opened by itself may use the styles that it carries, and nothing else.
ALONE = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
SIZES = {size.name: size for size in (boards.FULL, boards.BIG)}
HEADERS = (
    *("key", "name", "business unit", "owner", "stage", "status", "health", "quadrant", "critical gap"),
    *("risk", "impact", "chance of production", "unknowns add", "effort", "remaining cost", "value a year"),
    *("generated",),
)


@require_GET
def picture(request: HttpRequest, slug: str) -> HttpResponse:
    """An SVG that needs nothing else; `theme` light or dark, otherwise as its reader has it."""
    portfolio = subjects.portfolio(request, slug)
    found = matrices.look(request, portfolio)
    theme = request.GET.get("theme", "")
    size = SIZES.get(request.GET.get("form", ""), boards.FULL)
    context = {
        "portfolio": portfolio,
        "found": found,
        "mx": scenes.drawn(found, matrices.pitfalls(portfolio)).draw(size),
        "style": stylesheets.of(theme if theme in THEMES else ""),
    }
    response = render(request, "insights/matrix/picture.svg", context, content_type="image/svg+xml")
    response["Content-Security-Policy"] = ALONE
    response["Content-Disposition"] = f'inline; filename="{slug}-matrix-{found.day.isoformat()}.svg"'
    return response


@require_GET
def points(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """A file with every project that the look shows, a crowd's as well."""
    portfolio = subjects.portfolio(request, slug)
    found = queries.entries(portfolio, matrices.asked(request, portfolio), timezone.now())
    if found is None:
        raise Http404
    return answer(request, f"matrix-{slug}", found.day, Table("matrix", HEADERS, _cells(found)))


def _cells(found: Found) -> Iterator[list[Any]]:
    for entry in scenes.listed(found):
        yield _row(entry, found.unknown.get(entry.id))


def _row(entry: Entry, unknown: float | None) -> list[Any]:
    numbers = (entry.risk, entry.impact, entry.p, unknown, entry.effort, entry.cost, entry.value)
    return [
        *(entry.key, entry.name, entry.unit, entry.owner, entry.stage_label, entry.status, entry.health),
        *(entry.quadrant, entry.has_gap),
        *(None if number is None else Decimal(str(number)) for number in numbers),
        entry.is_generated,
    ]
