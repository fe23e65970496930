"""What the pages of this package are about: a portfolio that its reader may look into, on a day."""

from datetime import date

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_date

from projects import permissions
from projects.actors import Actor
from projects.models import Portfolio


def portfolio(request: HttpRequest, slug: str) -> Portfolio:
    """The portfolio of an address, for its members: 404 to strangers, 403 to those on one team only."""
    actor = Actor.of(request)
    found = get_object_or_404(
        Portfolio.objects.visible_to(actor).select_related("workflow", "scorecard"), slug=slug
    )
    permissions.require(actor, "balance.view", found)
    return found


def day(request: HttpRequest, name: str = "day") -> date | None:
    """The day that an address asks for; one that is no day is a page that does not exist."""
    asked = request.GET.get(name)
    if not asked:
        return None
    try:
        found = parse_date(asked)
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found
