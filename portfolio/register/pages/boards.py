"""The board: open projects by stage."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portfolio.register.queries import boards, options
from projects import permissions
from projects.actors import Actor
from projects.models import Portfolio
from projects.queries import portfolios
from projects.queries.filters import Filters, parse


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The lanes of one portfolio, or of all of them by standard stage."""
    actor = Actor.of(request)
    slug = parse(request.GET).portfolio
    chosen = options.current_portfolio(actor, slug) if slug else _only(actor)
    if slug and chosen is None:
        raise Http404
    lanes = boards.lanes(actor, chosen)
    context = {
        "nav": "projects",
        "portfolio": chosen,
        "query": Filters(portfolio=slug).query(),
        "lanes": lanes,
        "moving": sum(lane.number for lane in lanes if not lane.is_last),
        "may_move": chosen is not None and permissions.granted(actor, "stage.advance", chosen),
    }
    return render(request, "register/boards/show.html", context)


def _only(actor: Actor) -> Portfolio | None:
    """Whoever sees one portfolio need not choose it."""
    visible = portfolios.visible(actor)
    return visible[0] if len(visible) == 1 else None
