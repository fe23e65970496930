"""Addresses for calendars: made, renewed and ended by the person whose dates they give."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portfolio.integrations.calendars.queries import feeds as queries
from portfolio.integrations.models import CalendarFeed
from projects import events, permissions
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Portfolio

TOKEN_BYTES = 32  # 256 bits
# Once an hour tells as well whether anybody reads it as once a request.
USE_IS_NOTED_EVERY = timedelta(hours=1)


@transaction.atomic
def make(portfolio_id: int | None = None, *, actor: Actor) -> tuple[CalendarFeed, str]:
    """An address for one's own dates, or for those of a portfolio; its token is returned this once."""
    _check_person(actor)
    portfolio = None if portfolio_id is None else Portfolio.objects.get(pk=portfolio_id)
    if portfolio is not None:
        permissions.require(actor, "portfolio.view", portfolio)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed, is_new = CalendarFeed.objects.get_or_create(
        user_id=actor.user_id, portfolio=portfolio, defaults={"token_hash": queries.hash_of(token)}
    )
    if not is_new:
        raise Refused("You have an address already. Renew it to see a new one.", code="feed_exists")
    events.record(portfolio, "calendar_feed.made", actor, feed=feed.pk)
    return feed, token


@transaction.atomic
def renew(feed_id: int, *, actor: Actor) -> tuple[CalendarFeed, str]:
    """Another address for the same dates; the old one stops working at once."""
    feed = _own(feed_id, actor)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed.token_hash, feed.created_at, feed.last_used_at = queries.hash_of(token), timezone.now(), None
    feed.save(update_fields=["token_hash", "created_at", "last_used_at"])
    events.record(feed.portfolio, "calendar_feed.renewed", actor, feed=feed.pk)
    return feed, token


@transaction.atomic
def end(feed_id: int, *, actor: Actor) -> None:
    """The address stops working at once."""
    feed = _own(feed_id, actor)
    events.record(feed.portfolio, "calendar_feed.ended", actor, feed=feed.pk)
    feed.delete()


def note_use(feed: CalendarFeed, now: datetime) -> None:
    """Remember when it was last read, to the hour; costs nothing in between."""
    if feed.last_used_at is not None and now - feed.last_used_at < USE_IS_NOTED_EVERY:
        return
    # Of several readers at the same moment one writes.
    stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_IS_NOTED_EVERY)
    CalendarFeed.objects.filter(stale, pk=feed.pk).update(last_used_at=now)


def _own(feed_id: int, actor: Actor) -> CalendarFeed:
    """Locked; nobody else's, administrators' included: its address gives what its person may see."""
    _check_person(actor)
    rows = CalendarFeed.objects.select_for_update(of=("self",)).select_related("portfolio")
    feed = rows.filter(pk=feed_id, user_id=actor.user_id).first()
    if feed is None:
        raise NotAllowed("This is not your calendar.")
    return feed


def _check_person(actor: Actor) -> None:
    if actor.is_machine:
        raise NotAllowed("Only a person has a calendar.")
