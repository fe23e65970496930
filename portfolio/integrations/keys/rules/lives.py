"""How long a key and its secrets are good, and when its end is told of."""

from datetime import datetime, timedelta

# A key that nobody renews should not outlive the people who remember it.
USUAL_DAYS, LONGEST_DAYS = 365, 730
# A release every week has taken the new secret by then.
USUAL_OVERLAP, LONGEST_OVERLAP = timedelta(days=7), timedelta(days=30)
# Time to plan the renewal, and a last call.
TOLD_DAYS_BEFORE = (14, 1)


def former_until(now: datetime, overlap: timedelta, expires_at: datetime) -> datetime | None:
    """Until when the secret before a rotation is good, never longer than it was; None: not at all."""
    until = min(now + overlap, expires_at)
    return until if until > now else None


def notice(now: datetime, expires_at: datetime) -> int | None:
    """The notice that is due, by its days before the end; None when none is, or when it is over."""
    if expires_at <= now:
        return None
    due = [days for days in TOLD_DAYS_BEFORE if expires_at - now <= timedelta(days=days)]
    return min(due, default=None)
