"""Accounts as which keys and other systems act: they are nobody's, so that no leaving ends what they do."""

import secrets
from typing import Any

from django.contrib.auth import get_user_model

from projects.actions import members
from projects.actors import Actor


def make(name: str) -> Any:
    """An account without a password and with an address that no mail can reach (RFC 2606)."""
    address = f"{secrets.token_hex(8)}@keys.plimsoll.invalid"
    return get_user_model().objects.create_user_with(email=address, name=name.strip(), is_service=True)


def end(portfolio_id: int, user: Any, actor: Actor) -> None:
    """Let it act no more; what it did keeps its name."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    members.remove(portfolio_id, user_id=user.pk, actor=actor)
