"""How a message is signed, and what it is called: Standard Webhooks."""

from collections.abc import Iterable
from datetime import datetime

from standardwebhooks import Webhook as Signer


def headers(message_id: str, at: datetime, said: bytes, secrets: Iterable[str]) -> dict[str, str]:
    """The headers of Standard Webhooks, with one signature for each secret in force."""
    signatures = [Signer(secret).sign(message_id, at, said.decode()) for secret in secrets]
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def message_id(webhook: int, event: int) -> str:
    """One for each event and webhook: a receiver that has seen it may ignore it."""
    return f"msg_{webhook}_{event}"
