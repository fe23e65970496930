"""Keys that end soon: those who can renew them are told in time."""

from datetime import datetime, timedelta

from portfolio.integrations.keys.rules import lives
from portfolio.integrations.models import ApiKey
from portfolio.notifications.actions import messages
from portfolio.notifications.models import Message
from portfolio.notifications.rules.lines import one_line
from projects.models import Membership, PortfolioRole

KIND = "api_key.ends"
# The longest time before an end that anybody hears of it.
FIRST = timedelta(days=max(lives.TOLD_DAYS_BEFORE))


def tell_due(now: datetime) -> int:
    """Tell the administrators of every key whose end is due to be told of; how many messages are new.

    Each is told once of each end, however often this runs: a renewed key has another end.
    """
    soon = ApiKey.objects.filter(revoked_at=None, expires_at__gt=now, expires_at__lte=now + FIRST)
    found = list(soon.filter(portfolio__archived_at=None).select_related("portfolio").order_by("pk"))
    wanted = [
        _message(key, person, now)
        for key, person in _pairs(found)
        if lives.notice(now, key.expires_at) is not None
    ]
    told = Message.objects.filter(kind=KIND, cause__in={message.cause for message in wanted})
    known = set(told.values_list("recipient_id", "cause"))
    new = [message for message in wanted if (message.recipient_id, message.cause) not in known]
    messages.write(new)
    return len(new)


def _pairs(keys: list[ApiKey]) -> list[tuple[ApiKey, int]]:
    """Each key with each person who administers its portfolio and is still here."""
    here = Membership.objects.filter(
        role=PortfolioRole.ADMINISTRATOR, user__is_active=True, user__is_service=False
    )
    people = here.filter(portfolio__in={key.portfolio_id for key in keys}).order_by("pk")
    members = list(people.values_list("portfolio_id", "user_id"))
    return [(key, person) for key in keys for home, person in members if home == key.portfolio_id]


def _message(key: ApiKey, person: int, now: datetime) -> Message:
    name, where = one_line(key.name), one_line(key.portfolio.name)
    days = lives.notice(now, key.expires_at)
    when = f"{key.expires_at.day} {key.expires_at:%B %Y} at {key.expires_at:%H:%M} UTC"
    used = "It was used within the last week." if _is_used(key, now) else "It has not been used for a week."
    lines = (
        f"The key {name} of {where} ends on {when}. After that, whatever sends it is refused.",
        f"{used} Give it a new secret and a new end on its page, or revoke it if nobody needs it any more.",
    )
    return Message(
        recipient_id=person,
        kind=KIND,
        # With the day of its end: what has been renewed ends anew.
        cause=f"key:{key.pk}:{key.expires_at:%Y-%m-%d}:{days}",
        subject=f"[{where}] The key {name} ends {'within a day' if days == 1 else 'soon'}"[:300],
        text="\n\n".join(lines) + "\n",
        path=f"/portfolios/{key.portfolio.slug}/keys/{key.pk}/",
        created_at=now,
    )


def _is_used(key: ApiKey, now: datetime) -> bool:
    return key.last_used_at is not None and now - key.last_used_at <= timedelta(days=7)
