"""What is said of a webhook, checked; and when a message that was not taken is sent again."""

import base64
import binascii
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from portfolio import addresses
from projects.rules.facts import Obstacle

LONGEST_NAME = 80
# More is a mistake or a flood: each is told of everything, one message at a time.
MOST = 20
SECRET_PREFIX = "whsec_"  # noqa: S105 - of Standard Webhooks, in front of every secret
# Standard Webhooks: 192 to 512 bits.
LEAST_BYTES, MOST_BYTES = 24, 64

# A message is tried for a day: a system that is down for a night is up again by then.
WINDOW = timedelta(hours=24)
# After each failure; together a little less than the window, so that the last try is at its end.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 7200, 18000, 28800, 28800))
# What failed together does not come back together.
JITTER = 0.2
# Over these many in a row nothing goes until somebody has looked.
MOST_PARKED = 5
# The former secret is signed with as well for so long, so that nobody has to change both sides at once.
USUAL_OVERLAP_HOURS, LONGEST_OVERLAP_HOURS = 24, 168


def again_at(
    attempts: int, *, created_at: datetime, now: datetime, wait: timedelta, chance: float
) -> datetime | None:
    """When a message is tried next; None when it is given up. `chance` is 0 to 1, `wait` was asked for."""
    last = created_at + WINDOW
    if now >= last:
        return None
    pause = PAUSES[min(attempts, len(PAUSES)) - 1] * (1 - JITTER / 2 + JITTER * chance)
    return max(min(now + pause, last), now + wait)


def tried_at(not_before: datetime, rests_until: datetime | None) -> datetime:
    """When a message that is first is tried: at its own time, and not while its address is left alone."""
    return max(not_before, rests_until or not_before)


def obstacles(said: Mapping[str, Any], *, known: Collection[str], allow_private: bool) -> list[Obstacle]:
    """Everything that is wrong with these fields; `known` are the kinds of events there are."""
    found = []
    if "name" in said and not 0 < len(said["name"]) <= LONGEST_NAME:
        remedy = f"Give it a name of 1 to {LONGEST_NAME} letters."
        found.append(Obstacle("name_unusable", "This is no name.", remedy, "name"))
    if "url" in said and (wrong := addresses.problem(said["url"], allow_private=allow_private)):
        message, _, remedy = wrong.partition(". ")
        found.append(Obstacle("address_unusable", message.rstrip(".") + ".", remedy, "url"))
    if strange := sorted(set(said.get("kinds", ())) - set(known)):
        message = f"There is no event of the kind {strange[0]}."
        found.append(
            Obstacle("kind_unknown", message, "The kinds are listed at /api/v1/event-kinds.", "kinds")
        )
    if said.get("secret") and not is_secret(said["secret"]):
        remedy = f"Use {SECRET_PREFIX} and {LEAST_BYTES} to {MOST_BYTES} random bytes in base64."
        found.append(Obstacle("secret_unusable", "This is no secret of a webhook.", remedy, "secret"))
    return found


def is_secret(text: str) -> bool:
    """Whether a text is a secret as Standard Webhooks has it."""
    if not text.startswith(SECRET_PREFIX):
        return False
    try:
        found = base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return False
    return LEAST_BYTES <= len(found) <= MOST_BYTES


def sends(kinds: Collection[str], *, most: int = 2) -> str:
    """What a webhook sends, in words."""
    if not kinds:
        return "everything"
    words = [words_of(kind) for kind in sorted(kinds)]
    return ", ".join(words[:most]) + (f" and {len(words) - most} more" if len(words) > most else "")


def words_of(kind: str) -> str:
    """A kind of event as two words: stage advanced, sign-off asked."""
    words = kind.replace(".", " ").replace("_", " ")
    return words.replace("signoff", "sign-off").replace("todo", "to-do").replace("api key", "API key")
