"""Addresses under which calendars read dates."""

import hashlib

from portfolio.integrations.models import CalendarFeed


def of(user_id: int, portfolio_id: int | None = None) -> CalendarFeed | None:
    """A person's address for their own dates, or for those of a portfolio; one query."""
    return CalendarFeed.objects.filter(user=user_id, portfolio=portfolio_id).first()


def by_token(token: str) -> CalendarFeed | None:
    """The feed of a token, if its person is still there; one query."""
    found = CalendarFeed.objects.filter(token_hash=hash_of(token), user__is_active=True)
    return found.select_related("user", "portfolio").first()


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
