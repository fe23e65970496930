"""Who was told of a flag, when, and how."""

from dataclasses import dataclass
from datetime import datetime

from portfolio.notifications.models import Message, State, Way
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


def of(flag: Flag) -> list[Told]:
    """Everybody who was told, the newest first; one query."""
    found = Message.objects.filter(flag=flag).select_related("recipient", "delivery")
    return [_told(message) for message in found[:MOST]]


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
