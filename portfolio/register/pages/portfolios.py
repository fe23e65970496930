"""All portfolios on one page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portfolio.register.queries import portfolios
from projects import permissions
from projects.actors import Actor


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The portfolios in use, and apart from them those that were put away."""
    actor = Actor.of(request)
    lines = portfolios.lines(actor)
    context = {
        "nav": "summary",
        "lines": [line for line in lines if not line.portfolio.archived_at],
        "archived": [line for line in lines if line.portfolio.archived_at],
        "may_create": permissions.granted(actor, "portfolio.create"),
    }
    return render(request, "register/portfolios/index.html", context)
