"""Who asks for a list of the register."""

from django.http import Http404, HttpRequest

from portfolio.register.queries import options
from projects.actors import Actor


def of(request: HttpRequest, portfolio: str) -> Actor:
    """Whoever is signed in; a portfolio that they may not know of is not there."""
    actor = Actor.of(request)
    if portfolio and options.current_portfolio(actor, portfolio) is None:
        raise Http404
    return actor
