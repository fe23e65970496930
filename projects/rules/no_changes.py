"""One click says that nothing has changed: what it says then, and why it may not."""

from collections.abc import Sequence
from datetime import date

from projects.rules.facts import Obstacle

# By then nobody has written a sentence for four updates' time: in a pilot four weeks, at first four months.
IN_A_ROW = 3


def obstacle(last: Sequence[bool], since: date | None, today: date) -> Obstacle | None:
    """Why it may not be said; `last` are the last updates, newest first: was each of them of this kind?

    It repeats what somebody has said, is true only of days that are over, and is not said for ever.
    """
    if not last or since is None:
        message = "Nobody has said yet how this project stands."
        return Obstacle("no_update_yet", message, "Post an update.")
    if since == today:
        message = "There is news of today, which counts as an update."
        return Obstacle("changed_today", message, "There is nothing to do.")
    if len(last) >= IN_A_ROW and all(last[:IN_A_ROW]):
        message = f"The last {IN_A_ROW} updates say that nothing has changed."
        return Obstacle("too_often_no_change", message, "Post one that says how it stands.")
    return None


def text(since: date) -> str:
    """What such an update says."""
    return f"No change since {since.day} {since:%B %Y}."
