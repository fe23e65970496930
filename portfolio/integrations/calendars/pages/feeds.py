"""What a calendar program reads: open to whoever has the address, with its person's rights of this moment."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from portfolio.integrations.calendars.actions import feeds as actions
from portfolio.integrations.calendars.queries import calendars, feeds
from portfolio.integrations.calendars.rules import calendars as rules
from portfolio.integrations.calendars.rules.calendars import Entry
from portfolio.integrations.models import CalendarFeed
from portfolio.tries import too_many
from projects.actors import Actor
from projects.queries import portfolios

NOT_MODIFIED = 304
TYPE = "text/calendar; charset=utf-8"
# Programs ask every few minutes at most, from a few devices, and go on asking for addresses that have ended.
SECONDS, MOST_READS, MOST_GUESSES = 60, 30, 60


@require_safe
def read(request: HttpRequest, token: str) -> HttpResponseBase:
    """The dates behind an address; 304 where the reader has them already."""
    feed = feeds.by_token(token)
    if feed is None:
        knocker = request.META.get("REMOTE_ADDR", "")
        if too_many("calendar-guess", knocker, most=MOST_GUESSES, seconds=SECONDS):
            return _busy()
        raise Http404
    if too_many("calendar", str(feed.pk), most=MOST_READS, seconds=SECONDS):
        return _busy()
    actions.note_use(feed, timezone.now())
    name, entries = _dates(feed)
    etag = quote_etag(rules.digest(name, entries, base=settings.BASE_URL))
    headers = _headers(etag)
    known = get_conditional_response(request, etag=etag, response=HttpResponse(headers=headers))
    if known is not None and known.status_code == NOT_MODIFIED:
        return known
    body = rules.write(name, entries, base=settings.BASE_URL)
    return HttpResponse(body, content_type=TYPE, headers=headers)


def _dates(feed: CalendarFeed) -> tuple[str, list[Entry]]:
    """What its person may see now, under a name."""
    actor = Actor(feed.user, "calendar")
    if feed.portfolio is None:
        return "Plimsoll: my dates", calendars.of_person(actor)
    if any(one.pk == feed.portfolio_id for one in portfolios.visible(actor)):
        return f"Plimsoll: {feed.portfolio.name}", calendars.of_portfolio(actor, feed.portfolio)
    return "Plimsoll", []  # They may no longer know of it, not even its name.


def _headers(etag: str) -> dict[str, str]:
    return {
        "Cache-Control": "private, no-cache",
        "ETag": etag,
        "Content-Disposition": 'inline; filename="plimsoll.ics"',
        "X-Robots-Tag": "noindex",
        "Referrer-Policy": "no-referrer",
    }


def _busy() -> HttpResponse:
    headers = {"Retry-After": str(SECONDS)}
    return HttpResponse("Too many requests.\n", status=429, content_type="text/plain", headers=headers)
