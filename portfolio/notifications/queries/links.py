"""Links in mails by which their reader answers without signing in: signed, so that nobody can make one."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.core import signing
from django.utils import timezone

NO_CHANGE, SNOOZE, UNSUBSCRIBE = VERBS = ("no_change", "snooze", "unsubscribe")
# What is signed for this is good for nothing else; another number when a link comes to say other things.
SIGNER = signing.Signer(salt="plimsoll.answers.1")
# Long enough for a mail that waits for the end of a holiday, too short for one found in an archive.
VALID_FOR = timedelta(days=14)
# Whoever wants to hear no more must get out by any mail they still have.
UNSUBSCRIBE_FOR = timedelta(days=365)


class Answer(NamedTuple):
    """What a link says: who wants what, and when the mail was written."""

    user_id: int
    verb: str
    project_id: int | None
    flag_id: int | None
    topic: str
    made_at: datetime

    def is_over(self, now: datetime) -> bool:
        """Whether the link is too old to be used."""
        return now - self.made_at > (UNSUBSCRIBE_FOR if self.verb == UNSUBSCRIBE else VALID_FOR)


def answer(
    user_id: int, verb: str, *, project_id: int | None = None, flag_id: int | None = None, topic: str = ""
) -> str:
    """The path of a link, without the host.

    `no_change` needs the project, `snooze` the flag; `unsubscribe` a topic, or `daily` or `weekly` for all
    that comes in that digest.
    """
    if verb not in VERBS:
        raise ValueError(f"{verb} is no answer that a link can give.")
    said = [user_id, verb, project_id, flag_id, topic, int(timezone.now().timestamp())]
    return f"/answers/{SIGNER.sign_object(said)}/"


def one_click(base_url: str, user_id: int, topic: str) -> dict[str, str]:
    """The headers by which a mail program offers to end such mails (RFC 8058)."""
    link = base_url + answer(user_id, UNSUBSCRIBE, topic=topic)
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def read(token: str) -> Answer | None:
    """What a link says, however old it is; None when it was not made here."""
    try:
        user_id, verb, project_id, flag_id, topic, seconds = SIGNER.unsign_object(token)
    except (signing.BadSignature, ValueError):  # the second: signed, but not by `answer`
        return None
    return Answer(user_id, verb, project_id, flag_id, topic, datetime.fromtimestamp(seconds, UTC))
