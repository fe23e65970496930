"""Who was told of a flag, when, and how."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from portfolio.notifications.models import Channel, Delivery, Message, State, Way
from projects.models import Flag

MOST = 50
WAITS = {Way.NOW: "mail is on its way", Way.DAILY: "goes with the daily digest"}
WAITS |= {Way.WEEKLY: "goes with the weekly digest", Way.OFF: "no mail"}
WENT = {
    State.WAITING: "mail is on its way",
    State.PARKED: "mail did not go",
    State.WITHHELD: "mail withheld",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One person, and how the word reached them."""

    who: str
    at: datetime
    what: str
    inbox: str
    mail: str
    mailed_at: datetime | None
    is_bad: bool


def of(flag: Flag, events: Iterable[int]) -> list[Told]:
    """People and chats that were told of a flag with these events, the newest first; two queries."""
    people = Message.objects.filter(flag=flag).select_related("recipient", "delivery")
    causes = [f"event:{event}" for event in events]
    chats = Delivery.objects.filter(channel=Channel.CHAT, cause__in=causes, project=flag.project_id)
    found = [_told(message) for message in people[:MOST]]
    found += [_posted(delivery) for delivery in chats.select_related("hook")[:MOST]]
    return sorted(found, key=lambda told: told.at, reverse=True)


def _posted(delivery: Delivery) -> Told:
    went, is_bad = delivery.state == State.SENT, delivery.state == State.PARKED
    way = "posted" if went else "did not go" if is_bad else "on its way"
    chat = delivery.hook.name if delivery.hook else "A chat"
    return Told(chat, delivery.created_at, delivery.subject, "in the chat", way, delivery.sent_at, is_bad)


def _told(message: Message) -> Told:
    sent = message.delivery
    went = sent is not None and sent.state == State.SENT
    mail = "mailed" if went else WENT[State(sent.state)] if sent else WAITS[Way(message.way)]
    return Told(
        who=str(message.recipient),
        at=message.created_at,
        what=message.subject,
        inbox=_inbox(message),
        mail=mail,
        mailed_at=sent.sent_at if sent and went else None,
        is_bad=sent is not None and sent.state == State.PARKED,
    )


def _inbox(message: Message) -> str:
    if not message.in_inbox:
        return "not in the inbox"
    return "read in the inbox" if message.read_at else "unread in the inbox"
