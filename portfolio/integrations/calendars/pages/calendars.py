"""The address under which one's own calendar reads dates: shown once, renewed, ended."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portfolio.integrations.calendars.actions import feeds as actions
from portfolio.integrations.calendars.queries import feeds
from portfolio.integrations.models import CalendarFeed
from projects import permissions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio


@require_safe
def show(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Whether there is an address, and since when it has been read."""
    actor, portfolio = _asked(request, slug)
    return _page(request, portfolio, _own(actor, portfolio))


@never_cache
@require_POST
def make(request: HttpRequest, slug: str = "") -> HttpResponse:
    """A first address; shown this once."""
    actor, portfolio = _asked(request, slug)
    try:
        feed, token = actions.make(portfolio.pk if portfolio else None, actor=actor)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(_home(portfolio))
    return _page(request, portfolio, feed, token)


@never_cache
@require_POST
def renew(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Another address; the old one is gone. Shown this once."""
    actor, portfolio = _asked(request, slug)
    feed, token = actions.renew(_there(actor, portfolio).pk, actor=actor)
    return _page(request, portfolio, feed, token)


@require_POST
def end(request: HttpRequest, slug: str = "") -> HttpResponse:
    """No address any more."""
    actor, portfolio = _asked(request, slug)
    actions.end(_there(actor, portfolio).pk, actor=actor)
    messages.success(request, "The address works no longer")
    return redirect(_home(portfolio))


def _asked(request: HttpRequest, slug: str) -> tuple[Actor, Portfolio | None]:
    """Somebody's own dates, or those of a portfolio; 404 for a stranger to it."""
    actor = Actor.of(request)
    if not slug:
        return actor, None
    portfolio = get_object_or_404(Portfolio.objects.visible_to(actor), slug=slug)
    permissions.require(actor, "portfolio.view", portfolio)
    return actor, portfolio


def _own(actor: Actor, portfolio: Portfolio | None) -> CalendarFeed | None:
    return feeds.of(actor.user_id, portfolio.pk if portfolio else None)


def _there(actor: Actor, portfolio: Portfolio | None) -> CalendarFeed:
    feed = _own(actor, portfolio)
    if feed is None:
        raise Http404
    return feed


def _home(portfolio: Portfolio | None) -> str:
    return reverse("portfolio-calendar", args=[portfolio.slug]) if portfolio else reverse("calendar")


def _page(
    request: HttpRequest, portfolio: Portfolio | None, feed: CalendarFeed | None, token: str = ""
) -> HttpResponse:
    address = f"{settings.BASE_URL}{reverse('calendar-feed', args=[token])}" if token else ""
    context = {
        "portfolio": portfolio,
        "feed": feed,
        "home": _home(portfolio),
        "secret": address,
        "webcal": f"webcal://{address.partition('://')[2]}",
        "nav": "settings" if portfolio else "profile",
    }
    return render(request, "integrations/calendars/show.html", context)
