"""Who calls the API: a key in the Authorization header, or the session of somebody signed in."""

from typing import Any

from django.db import DatabaseError
from django.db.models import Q
from django.utils import timezone
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from portfolio.integrations.keys.actions import keys
from portfolio.integrations.models import ApiKey
from projects.actors import Actor
from projects.queries.ready import Ready

BY_HASH = Ready(
    lambda given: (
        ApiKey.objects.with_role().filter(Q(secret_hash=given) | Q(former_hash=given)).order_by("pk")
    )
)
CHALLENGE = 'Bearer realm="Plimsoll"'


class ApiKeyAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer plm_…`: a service account, narrowed by scopes and portfolio."""

    def authenticate(self, request: Request) -> tuple[Any, ApiKey] | None:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        given = keys.hash_of(secret.strip())
        key = _in_force(next(iter(BY_HASH(given)), None), given)
        _note_use(key, of_former=key.secret_hash != given)
        actor = Actor(
            key.user,
            "api",
            scopes=frozenset(key.scopes),
            portfolios=frozenset([key.portfolio_id]),
            request_id=_request_id(request),
            memo={"portfolios": {key.portfolio_id: key.role or ""}},
        )
        # On Django's request: what runs outside of the view asks there.
        request._request.actor = actor  # type: ignore[attr-defined] # noqa: SLF001
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


class SessionAuthentication(authentication.SessionAuthentication):
    """Somebody signed in at the pages; writing asks for the CSRF token, as there."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        found = super().authenticate(request)
        if found is not None:
            actor = Actor(found[0], "api", request_id=_request_id(request))
            request._request.actor = actor  # type: ignore[attr-defined] # noqa: SLF001
        return found


def _in_force(key: ApiKey | None, given: str) -> ApiKey:
    if key is None:
        raise AuthenticationFailed("No key like this exists. Check that it was copied whole.", "key_unknown")
    if key.revoked_at is not None or not key.user.is_active:
        raise AuthenticationFailed("This key was revoked. Ask for a new one.", "key_revoked")
    if key.has_expired(timezone.now()):
        raise AuthenticationFailed(
            f"This key expired on {key.expires_at:%Y-%m-%d}. Ask for a new one.", "key_expired"
        )
    if key.secret_hash != given and (key.former_until is None or key.former_until <= timezone.now()):
        raise AuthenticationFailed("This key has a new secret since. Ask for it.", "key_rotated")
    return key


def _note_use(key: ApiKey, *, of_former: bool) -> None:
    """A database that cannot be written at the moment must not keep anybody from reading."""
    try:
        keys.note_use(key, timezone.now(), of_former=of_former)
    except DatabaseError:
        return


def _request_id(request: Request) -> str:
    return getattr(request._request, "request_id", "")  # noqa: SLF001
