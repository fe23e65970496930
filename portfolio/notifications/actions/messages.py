"""Messages: written in the transaction of whatever tells of them, so that each is written once."""

from collections.abc import Sequence

from portfolio.notifications.models import Message
from portfolio.wake import wake

# Here and not beside the sending: whoever writes messages only has to know whom to wake.
SEND_TASK = "portfolio.tasks.send_messages"


def write(messages: Sequence[Message]) -> None:
    """Write messages; what a person has been told already is left alone."""
    if messages:
        Message.objects.bulk_create(messages, ignore_conflicts=True)
        wake(SEND_TASK)
