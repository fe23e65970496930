"""Who posted a message, and what the sender calls it: each kind of sender signs in its own way.

MLflow and whoever follows Standard Webhooks sign id, time and body. GitHub signs the body alone, so that the
body names the message: an id that anybody could change would let an old message in again. Some senders only
bring the secret itself.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook, WebhookVerificationError

MLFLOW, GITHUB, GITLAB, GENERIC = STYLES = ("mlflow", "github", "gitlab", "generic")
# What Standard Webhooks and MLflow's own description give two clocks that differ, and a retry.
TOLERANCE = timedelta(minutes=5)
# The same body without a name of its own is a retry within the hour, and a new message in the next.
UNNAMED = "%Y-%m-%dT%H"
PREFIX = "whsec_"
LONGEST_ID, LONGEST_KIND = 128, 80
STANDARD = ("webhook-id", "webhook-timestamp", "webhook-signature")


class Name(NamedTuple):
    """What a message is called: its id, by which it counts once, and its kind."""

    external_id: str
    kind: str


def is_genuine(
    style: str, secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime
) -> bool:
    """Whether the message comes from somebody who knows one of the secrets, and is not an old one."""
    check = CHECKS[style]
    # Every secret is tried, so that the time taken does not tell which of them was the one.
    return sum(check(secret, headers, body, now) for secret in secrets if secret) > 0


def name(style: str, headers: Mapping[str, str], said: Any, body: bytes, now: datetime) -> Name:
    """The id and the kind of a genuine message."""
    return Name(_id(style, headers, body, now), _kind(style, headers, said)[:LONGEST_KIND])


def key(secret: str) -> bytes:
    """The bytes with which Standard Webhooks signs; a secret without the prefix is taken as it is written."""
    if not secret.startswith(PREFIX):
        return secret.encode()
    return base64.b64decode(secret.removeprefix(PREFIX) + "==")


def _mlflow(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    said, given = headers.get("X-MLflow-Timestamp", ""), headers.get("X-MLflow-Signature", "")
    if not (said.isascii() and said.isdigit() and len(said) < 12 and headers.get("X-MLflow-Delivery-Id")):
        return False
    if abs(now.timestamp() - int(said)) > TOLERANCE.total_seconds():
        return False
    signed = b".".join([headers["X-MLflow-Delivery-Id"].encode(), said.encode(), body])
    right = base64.b64encode(hmac.digest(secret.encode(), signed, "sha256"))
    return _same(b"v1," + right, given)


def _github(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    right = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return _same(f"sha256={right}".encode(), headers.get("X-Hub-Signature-256", ""))


def _gitlab(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Since GitLab 19 a signature where a signing token is set; its id and time come with every message."""
    if "webhook-signature" in headers:
        return _standard(secret, headers, body, now)
    return _same(secret.encode(), headers.get("X-Gitlab-Token", ""))


def _generic(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    if "webhook-signature" in headers:
        return _standard(secret, headers, body, now)
    scheme, _, given = headers.get("Authorization", "").partition(" ")
    return _same(secret.encode(), given.strip()) and scheme.lower() == "bearer"


def _standard(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    given = {each: headers.get(each, "") for each in STANDARD}
    try:
        Webhook(key(secret)).verify(body, given, json_parse=False)
    except (WebhookVerificationError, EmptyWebhookSecretError, ValueError, OverflowError):
        return False  # ValueError is also what is not base64, not UTF-8, or has no comma.
    return True


CHECKS = {MLFLOW: _mlflow, GITHUB: _github, GITLAB: _gitlab, GENERIC: _generic}


def _same(right: bytes, given: str) -> bool:
    """Compared in a time that does not depend on how much of it is right."""
    return hmac.compare_digest(right, given.encode(errors="replace"))


def _id(style: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    digest = hashlib.sha256(body).hexdigest()
    if style == MLFLOW:
        given = headers.get("X-MLflow-Delivery-Id", "")
    elif style == GITHUB:
        given = ""
    else:
        given = headers.get("webhook-id", "") or headers.get("Idempotency-Key", "")
    if given.isascii() and given.isprintable() and 0 < len(given) <= LONGEST_ID:
        return given
    if given:
        return hashlib.sha256(given.encode(errors="replace")).hexdigest()
    return f"{digest}@{now:{UNNAMED}}" if style == GENERIC else digest


def _kind(style: str, headers: Mapping[str, str], said: Any) -> str:
    if style == GITHUB:
        found: Any = headers.get("X-GitHub-Event", "")
    elif not isinstance(said, dict):
        found = ""
    elif style == MLFLOW:
        found = f"{said.get('entity')}.{said.get('action')}"
    else:
        found = said.get("object_kind" if style == GITLAB else "type")
    return found if isinstance(found, str) and found.isprintable() else ""
