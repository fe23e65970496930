"""Secrets with which other systems sign: made, and two of them in force while one takes the other's place."""

import base64
import json
import secrets
from datetime import datetime, timedelta

from portfolio.integrations.sources.rules.signatures import PREFIX, key
from projects.rules.facts import Obstacle

# What Standard Webhooks and GitLab ask for; any other sender takes it as it is written.
BYTES = 32
# Somebody who guesses has a thousand times the age of the universe with these, and with fewer not.
SHORTEST, LONGEST = 16, 200
# Long enough to change the sender's settings, and to see what was on its way arrive.
OVERLAP = timedelta(hours=24)


def new() -> str:
    """A secret in the form that every style can use."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def obstacles(secret: str) -> list[Obstacle]:
    """What is wrong with a secret that the other system made."""
    if not SHORTEST <= len(secret) <= LONGEST or not (secret.isascii() and secret.isprintable()):
        remedy = f"Use {SHORTEST} to {LONGEST} letters, digits and signs, or leave it empty to have one made."
        return [Obstacle("secret_unusable", "This secret cannot be used.", remedy, "secret")]
    try:
        is_empty = not key(secret)
    except ValueError:
        is_empty = True
    if is_empty:
        return [Obstacle("secret_unusable", f"After {PREFIX} it is not base64.", "Copy it whole.", "secret")]
    return []


def packed(secret: str, *, before: str = "", until: datetime | None = None) -> str:
    """The secret as it is sealed, with the one before for as long as that is good."""
    said = {"secret": secret}
    if before and until is not None:
        said |= {"before": before, "until": until.isoformat()}
    return json.dumps(said)


def in_force(text: str, now: datetime) -> list[str]:
    """The secrets that are good at this moment, the newest first."""
    said = json.loads(text)
    if "before" in said and datetime.fromisoformat(said["until"]) > now:
        return [said["secret"], said["before"]]
    return [said["secret"]]
