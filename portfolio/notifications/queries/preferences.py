"""What people chose, with what the product ships where they chose nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from portfolio.notifications.models import Preference
from portfolio.notifications.rules.topics import TOPICS


class Choice(NamedTuple):
    """How one person is told of one topic; `mail`: now, daily, weekly, off."""

    in_inbox: bool
    mail: str


@dataclass(frozen=True, slots=True)
class Preferences:
    """The choices of some people."""

    rows: dict[tuple[int, str], Choice]

    def choice(self, person: int, topic: str) -> Choice:
        """What counts for one person and topic."""
        return self.rows.get((person, topic)) or shipped(topic)


def shipped(topic: str) -> Choice:
    """What the product does for those who chose nothing."""
    return Choice(True, TOPICS[topic].mail)


def of(people: Collection[int]) -> Preferences:
    """The choices of these people; one query."""
    rows = Preference.objects.filter(user__in=people).values_list("user", "topic", "in_inbox", "mail")
    return Preferences({(user, topic): Choice(in_inbox, mail) for user, topic, in_inbox, mail in rows})
