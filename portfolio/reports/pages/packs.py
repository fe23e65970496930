"""The leadership pack: a page to read and print, and the same as files."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portfolio.insights.pages import subjects
from portfolio.insights.queries import summaries
from portfolio.reports.prints import forms, packs
from portfolio.reports.queries import packs as queries
from projects import permissions
from projects.actors import Actor
from projects.models import Portfolio
from projects.prints.documents import Document


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that leadership asks, on one page; `?day=` for a stored past day."""
    portfolio = subjects.portfolio(request, slug)
    document = _document(request, portfolio)
    asked = f"?day={request.GET['day']}" if request.GET.get("day") else ""
    context = {
        "nav": "report",
        "portfolio": portfolio,
        "document": document,
        "day": subjects.day(request),
        "days": summaries.days(portfolio),
        "files": [
            {"label": form.label, "url": reverse("report-file", args=[slug, code]) + asked}
            for code, form in forms.FORMS.items()
        ],
        "may": {"schedule": permissions.granted(Actor.of(request), "report.schedule", portfolio)},
    }
    return render(request, "reports/pack.html", context, status=200 if document else 404)


@require_safe
def file(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The same as a file."""
    portfolio = subjects.portfolio(request, slug)
    document = _document(request, portfolio)
    if form not in forms.FORMS or document is None:
        raise Http404
    chosen = forms.FORMS[form]
    named = {
        "Content-Disposition": f'attachment; filename="{document.file_name}.{form}"',
        "Cache-Control": "no-store, private",
    }
    return HttpResponse(chosen.write(document), content_type=chosen.content_type, headers=named)


def _document(request: HttpRequest, portfolio: Portfolio) -> Document | None:
    contents = queries.contents(portfolio, subjects.day(request), timezone.now())
    return packs.document(contents, portfolio.time_zone) if contents else None
