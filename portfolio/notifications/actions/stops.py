"""A chat or a webhook that was stopped because it does not answer: those who can let it go on are told."""

from collections.abc import Sequence

from portfolio.notifications.actions import messages
from portfolio.notifications.actions.escalations import one_line
from portfolio.notifications.models import Message
from projects.models import Event, Membership, PortfolioRole

KINDS = frozenset({"chat_hook.disabled", "webhook.disabled"})
WHO = (PortfolioRole.MANAGER, PortfolioRole.ADMINISTRATOR)


def tell(events: Sequence[Event]) -> None:
    """Write one message for each who manages the portfolio and is still here."""
    here = Membership.objects.filter(role__in=WHO, user__is_active=True, user__is_service=False)
    people = here.filter(portfolio__in={event.portfolio_id for event in events if event.portfolio_id})
    pairs = list(people.order_by("pk").values_list("portfolio", "user"))
    messages.write(
        [
            _message(event, person)
            for event in events
            for portfolio, person in pairs
            if portfolio == event.portfolio_id
        ]
    )


def _message(event: Event, person: int) -> Message:
    portfolio = event.portfolio
    where = one_line(portfolio.name) if portfolio else ""
    name = one_line(event.payload["name"])
    noun, place, why = _said(event, name)
    lines = (
        f"{why} Nothing is posted there any more.",
        "Look at its address, and send a test. Then let it go on: with what it missed, or from now.",
    )
    return Message(
        recipient_id=person,
        kind=event.kind,
        cause=f"event:{event.pk}",
        subject=f"[{where}] The {noun} {name} does not answer"[:300],
        text="\n\n".join(lines) + "\n",
        path=f"/portfolios/{portfolio.slug}/{place}" if portfolio else "",
        created_at=event.at,
    )


def _said(event: Event, name: str) -> tuple[str, str, str]:
    """What it is, where it is managed, and what happened."""
    if event.kind == "webhook.disabled":
        host = event.payload["host"]
        return "webhook", f"webhooks/{event.payload['webhook']}/", f"{name} ({host}): {event.payload['why']}"
    return "chat", "settings/chat/", f"Three posts in a row could not be sent to {name}."
