"""What stands above a mail for the programs that carry and sort it."""

from email.utils import formataddr, parseaddr
from urllib.parse import urlsplit

from django.conf import settings

from portfolio.notifications.models import Delivery
from portfolio.notifications.queries import links, outside

# No Precedence: it was never agreed upon, and some take "bulk" for advertising.
AUTOMATIC = {
    # Keeps automatic replies, such as "out of office", from being sent back (RFC 3834) …
    "Auto-Submitted": "auto-generated",
    # … also by Exchange, which asks for a word of its own.
    "X-Auto-Response-Suppress": "OOF, AutoReply",
}


def of(delivery: Delivery) -> dict[str, str]:
    """The headers of one mail; the same ones however often it is tried."""
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    name = f"message-{delivery.pk}-{delivery.created_at:%Y%m%d%H%M%S%f}"
    found = {"Message-ID": f"<{name}@{host}>", **AUTOMATIC}
    if delivery.project_id:
        # A mail that never was stands at the head: programs show what is of one project together.
        found["References"] = f"<project-{delivery.project_id}@{host}>"
    if delivery.recipient_id and (topic := _topic(delivery)):
        found |= links.one_click(settings.BASE_URL, delivery.recipient_id, topic)
    if asked := outside.question(delivery):
        # Who asks; the address stays that of the installation, which may send for its own host only.
        found["From"] = formataddr((f"{outside.asker(asked)} via Plimsoll", _own_address()))
    return found


def _own_address() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1] or settings.DEFAULT_FROM_EMAIL


def _topic(delivery: Delivery) -> str:
    """What its reader ends with one click: a kind of digest, or a topic."""
    if delivery.cause.startswith("digest:"):
        way = delivery.cause.split(":")[1]
        return way if way in ("daily", "weekly") else "daily"
    return delivery.messages.values_list("topic", flat=True).first() or ""
