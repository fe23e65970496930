"""The inbox as its reader sees it: unread first, one topic or portfolio, and how many are unread."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet
from django.db.models.lookups import IsNull
from django.http import Http404, QueryDict

from portfolio.notifications.models import Message
from portfolio.notifications.queries import messages
from portfolio.notifications.rules.topics import TOPICS
from projects.actors import Actor

# From here on the exact number says nothing more.
MOST_COUNTED = 99


@dataclass(frozen=True, slots=True)
class Filters:
    """What somebody asked for; empty: everything. An unknown topic is none."""

    topic: str = ""
    portfolio: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> "Filters":
        topic = query.get("topic", "")
        return cls(topic if topic in TOPICS else "", query.get("portfolio", "")[:60])

    @property
    def query(self) -> str:
        """As in an address."""
        chosen = {"topic": self.topic, "portfolio": self.portfolio}
        return urlencode({name: value for name, value in chosen.items() if value})


def listed(filters: Filters, actor: Actor) -> QuerySet[Message]:
    """What stands in the inbox, unread first, then the newest."""
    found = messages.among(actor).filter(in_inbox=True)
    if filters.topic:
        found = found.filter(topic=filters.topic)
    if filters.portfolio:
        slug = filters.portfolio
        found = found.filter(Q(project__portfolio__slug=slug) | Q(flag__portfolio__slug=slug))
    unread = IsNull(F("read_at"), True)
    return found.select_related("project").order_by(unread.desc(), "-created_at", "-pk")


def count(actor: Actor) -> int:
    """How many are unread, up to one more than is counted."""
    if actor.is_machine:
        return 0
    return messages.unread(actor).order_by()[: MOST_COUNTED + 1].count()


def one(message_id: int, actor: Actor) -> Message:
    """One message of this person's; 404 for any other, and for what they may not see any more."""
    found = messages.among(actor).filter(pk=message_id).select_related("project", "flag").first()
    if found is None:
        raise Http404
    return found
