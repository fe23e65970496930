"""API keys: made with a service account of their own, given new secrets, and revoked."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portfolio.integrations.keys.actions import service_accounts
from portfolio.integrations.keys.rules import lives
from portfolio.integrations.keys.rules import scopes as scope_rules
from portfolio.integrations.models import ApiKey
from projects import events, permissions
from projects.actions import members
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Portfolio

PREFIX = "plm_"
SECRET_BYTES = 32  # 256 bits
SHOWN_LETTERS = 9
LONGEST_NAME = 80
USUAL_DAYS, LONGEST_DAYS = lives.USUAL_DAYS, lives.LONGEST_DAYS
ROLES, SCOPES = scope_rules.ROLES, scope_rules.ALL
# One write a minute tells as much as one a request.
USE_IS_NOTED_EVERY = timedelta(minutes=1)
HOUR = timedelta(hours=1)


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
    _require(actor, portfolio)
    _check(name, scopes, role, days)
    secret = _new_secret()
    key = ApiKey.objects.create(
        portfolio=portfolio,
        user=service_accounts.make(name),
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
def rotate(
    key_id: int,
    *,
    actor: Actor,
    overlap: timedelta = lives.USUAL_OVERLAP,
    days: int | None = None,
) -> tuple[ApiKey, str]:
    """Give a key a new secret, returned this once; the one before is good for `overlap` from now.

    With `days` the key expires so many days from now, without them when it did before. Of an earlier
    rotation nothing is good any more: a key has two secrets at most.
    """
    key = _locked(key_id, actor)
    now = timezone.now()
    _check_rotation(key, now, overlap, days)
    secret = _new_secret()
    until = lives.former_until(now, overlap, key.expires_at)
    key.former_hash, key.former_prefix = (key.secret_hash, key.prefix) if until else (None, "")
    key.former_until, key.former_used_at = until, None
    key.secret_hash, key.prefix = hash_of(secret), secret[:SHOWN_LETTERS]
    if days is not None:
        key.expires_at = now + timedelta(days=days)
    former = ("former_hash", "former_prefix", "former_until", "former_used_at")
    key.save(update_fields=["secret_hash", "prefix", "expires_at", *former])
    hours = (until - now) // HOUR if until else 0
    events.record(
        key.portfolio,
        "api_key.rotated",
        actor,
        key=key.pk,
        name=key.name,
        overlap_hours=hours,
        expires_on=key.expires_at.date().isoformat(),
    )
    return key, secret


@transaction.atomic
def end_former(key_id: int, *, actor: Actor) -> ApiKey:
    """The secret from before a rotation ends now; none there is no change."""
    key = _locked(key_id, actor)
    if key.former_hash is None:
        return key
    key.former_hash, key.former_prefix, key.former_until = None, "", None
    key.save(update_fields=["former_hash", "former_prefix", "former_until"])
    events.record(key.portfolio, "api_key.rotated", actor, key=key.pk, name=key.name, ended_former=True)
    return key


@transaction.atomic
def revoke(key_id: int, *, actor: Actor) -> ApiKey:
    """End a key and its service account's membership; revoked already is no change."""
    key = _locked(key_id, actor)
    if key.revoked_at is not None:
        return key
    key.revoked_at = timezone.now()
    key.save(update_fields=["revoked_at"])
    service_accounts.end(key.portfolio_id, key.user, actor)
    events.record(key.portfolio, "api_key.revoked", actor, key=key.pk, name=key.name)
    return key


def note_use(key: ApiKey, now: datetime, *, of_former: bool = False) -> None:
    """Remember when a key, and its former secret, was last used, to the minute; costs nothing in between."""
    noted = "former_used_at" if of_former else "last_used_at"
    last = getattr(key, noted)
    if last is not None and now - last < USE_IS_NOTED_EVERY:
        return
    # Of several requests at the same moment one writes.
    stale = Q(**{noted: None}) | Q(**{f"{noted}__lte": now - USE_IS_NOTED_EVERY})
    ApiKey.objects.filter(stale, pk=key.pk).update(**{noted: now, "last_used_at": now})


def hash_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def _require(actor: Actor, portfolio: Portfolio) -> None:
    """Who administers the portfolio; a key makes no keys, whatever its account may."""
    if actor.is_machine and not actor.is_system:
        raise NotAllowed("A key cannot make, change or end keys. A person has to.")
    permissions.require(actor, "api_key.manage", portfolio)


def _locked(key_id: int, actor: Actor) -> ApiKey:
    key = ApiKey.objects.select_for_update(of=("self",)).select_related("portfolio", "user").get(pk=key_id)
    _require(actor, key.portfolio)
    return key


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
    _check_days(days)


def _check_days(days: int) -> None:
    if not 1 <= days <= LONGEST_DAYS:
        raise Refused(f"A key lasts from 1 to {LONGEST_DAYS} days.", code="days_out_of_range")


def _check_rotation(key: ApiKey, now: datetime, overlap: timedelta, days: int | None) -> None:
    if key.revoked_at is not None:
        raise Refused(f"{key.name} is revoked for good. Make a new key.", code="key_revoked")
    if not timedelta(0) <= overlap <= lives.LONGEST_OVERLAP:
        most = lives.LONGEST_OVERLAP.days
        raise Refused(f"The secret before is good for 0 hours to {most} days.", code="overlap_out_of_range")
    if days is not None:
        _check_days(days)
    elif key.has_expired(now):
        raise Refused(f"{key.name} has expired. Say for how many days it is to go on.", code="key_expired")


def _new_secret() -> str:
    return PREFIX + secrets.token_urlsafe(SECRET_BYTES)
