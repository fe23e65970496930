"""API keys: made with a service account of their own, and revoked."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portfolio.integrations.models import ApiKey
from projects import events, permissions
from projects.actions import members
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio

PREFIX = "plm_"
SECRET_BYTES = 32  # 256 bits
SHOWN_LETTERS = 9
LONGEST_NAME = 80
# A key that nobody renews should not outlive the people who remember it.
USUAL_DAYS, LONGEST_DAYS = 365, 730
ROLES = tuple(
    role for role, rank in permissions.RANK.items() if rank <= permissions.RANK[permissions.MANAGER]
)
# What a manager may do at most; the rest is for people who administer the portfolio.
SCOPES = sorted({need.scope for need in permissions.MAY.values() if need.portfolio_role in ROLES})
# One write a minute tells as much as one a request.
USE_IS_NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def create(
    portfolio_id: int,
    *,
    name: str,
    scopes: Collection[str],
    actor: Actor,
    role: str = permissions.CONTRIBUTOR,
    days: int = USUAL_DAYS,
) -> tuple[ApiKey, str]:
    """Make a key and the service account that it acts as; the secret is returned this once."""
    portfolio = Portfolio.objects.select_for_update(of=("self",)).get(pk=portfolio_id)
    permissions.require(actor, "api_key.manage", portfolio)
    _check(name, scopes, role, days)
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    key = ApiKey.objects.create(
        portfolio=portfolio,
        user=_service_account(name),
        name=name,
        prefix=secret[:SHOWN_LETTERS],
        secret_hash=hash_of(secret),
        scopes=sorted(set(scopes)),
        created_by_id=actor.user_id,
        expires_at=timezone.now() + timedelta(days=days),
    )
    members.set_role(portfolio.pk, user_id=key.user_id, role=role, actor=actor)
    events.record(
        portfolio, "api_key.created", actor, key=key.pk, name=name, scopes=key.scopes, role=role, days=days
    )
    return key, secret


@transaction.atomic
def revoke(key_id: int, *, actor: Actor) -> ApiKey:
    """End a key and its service account's membership; revoked already is no change."""
    key = ApiKey.objects.select_for_update(of=("self",)).select_related("portfolio", "user").get(pk=key_id)
    permissions.require(actor, "api_key.manage", key.portfolio)
    if key.revoked_at is not None:
        return key
    key.revoked_at = timezone.now()
    key.save(update_fields=["revoked_at"])
    key.user.is_active = False
    key.user.save(update_fields=["is_active"])
    members.remove(key.portfolio_id, user_id=key.user_id, actor=actor)
    events.record(key.portfolio, "api_key.revoked", actor, key=key.pk, name=key.name)
    return key


def note_use(key: ApiKey, now: datetime) -> None:
    """Remember when a key was last used, to the minute; costs nothing in between."""
    if key.last_used_at is not None and now - key.last_used_at < USE_IS_NOTED_EVERY:
        return
    # Of several requests at the same moment one writes.
    stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_IS_NOTED_EVERY)
    ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)


def hash_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def _check(name: str, scopes: Collection[str], role: str, days: int) -> None:
    if not name.strip() or len(name) > LONGEST_NAME:
        raise Refused(f"Give the key a name of at most {LONGEST_NAME} characters.", code="name_invalid")
    if unknown := sorted(set(scopes) - set(SCOPES)):
        raise Refused(
            f"There is no scope {', '.join(unknown)} for keys. Use {', '.join(SCOPES)}.", code="unknown_scope"
        )
    if not scopes:
        raise Refused(f"Choose what the key may do: {', '.join(SCOPES)}.", code="scope_missing")
    if role not in ROLES:
        raise Refused(f"A key cannot be {role}. Use {', '.join(ROLES)}.", code="unknown_role")
    if not 1 <= days <= LONGEST_DAYS:
        raise Refused(f"A key lasts from 1 to {LONGEST_DAYS} days.", code="days_out_of_range")


def _service_account(name: str) -> Any:
    """An account without a password and with an address that no mail can reach (RFC 2606)."""
    address = f"{secrets.token_hex(8)}@keys.plimsoll.invalid"
    return get_user_model().objects.create_user_with(email=address, name=name.strip(), is_service=True)
