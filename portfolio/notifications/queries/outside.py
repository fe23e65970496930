"""Mails to people outside: which question each is about, and whether it may still go."""

import re

from django.utils import timezone

from portfolio.notifications.models import Delivery
from portfolio.notifications.rules.lines import one_line
from projects.models import OutsideRequest
from projects.queries import outside

CAUSE = "outside:"
# Whoever has such a link may answer: where mails are shown, it is left out.
LINKS = re.compile(r"/(outside|answers)/[^/\s\"<>]+")


def cause(request: OutsideRequest) -> str:
    """What a delivery of this question tells of."""
    return f"{CAUSE}{request.pk}"


def asker(request: OutsideRequest) -> str:
    """Who asks, in one line."""
    return one_line(str(request.asked_by)) if request.asked_by else "Somebody"


def question(delivery: Delivery) -> OutsideRequest | None:
    """The question that a mail asks; None where it asks none, or it is gone."""
    number = delivery.cause.removeprefix(CAUSE)
    is_one = delivery.cause.startswith(CAUSE) and number.isdecimal()
    return outside.one(int(number)) if is_one else None


def may_go(delivery: Delivery) -> bool:
    """Whether an answer is still wanted."""
    asked = question(delivery)
    return asked is not None and outside.state(asked, timezone.now()) == "open"


def without_links(text: str) -> str:
    """A mail's text as others may read it."""
    return LINKS.sub(r"/\1/…", text)
