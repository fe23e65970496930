"""API keys by REST, for people who have signed in: a key makes and changes no keys."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.integrations.keys.actions import keys as actions
from portfolio.integrations.keys.queries import keys as queries
from portfolio.integrations.keys.rules import lives
from portfolio.integrations.models import ApiKey
from projects import permissions
from projects.actors import Actor
from projects.api import etags, inputs, people
from projects.api.idempotency import idempotent
from projects.api.inputs import In
from projects.api.portfolios import portfolio_to_write
from projects.api.schema import parameter
from projects.api.views import ApiView
from projects.errors import NotAllowed
from projects.models import Portfolio

HOUR = timedelta(hours=1)
MOST_HOURS = lives.LONGEST_OVERLAP // HOUR
ID = parameter("key_id", "Id of the key.", place="path", kind=int)
PEOPLE_ONLY = "For people who have signed in; a key gets 403."


class KeyIn(In):
    """A new key."""

    name = serializers.CharField(max_length=actions.LONGEST_NAME, help_text="Who will use it.")
    scopes = serializers.ListField(
        child=inputs.Choice(actions.SCOPES), allow_empty=False, max_length=len(actions.SCOPES)
    )
    role = inputs.Choice(list(actions.ROLES), default=permissions.CONTRIBUTOR)
    days = serializers.IntegerField(
        min_value=1, max_value=actions.LONGEST_DAYS, default=actions.USUAL_DAYS, help_text="Until it expires."
    )


class RotationIn(In):
    """How long the present secret goes on, and the key."""

    overlap_hours = serializers.IntegerField(
        min_value=0,
        max_value=MOST_HOURS,
        default=lives.USUAL_OVERLAP // HOUR,
        help_text="For how long the secret before is good as well; 0 ends it at once.",
    )
    days = serializers.IntegerField(
        min_value=1,
        max_value=actions.LONGEST_DAYS,
        allow_null=True,
        default=None,
        help_text="Until the key expires; left out, it keeps its end.",
    )


class FormerOut(serializers.Serializer[Any]):
    """The secret from before a rotation, while it is good."""

    prefix = serializers.CharField()
    until = serializers.DateTimeField()
    used_at = serializers.DateTimeField(allow_null=True, help_text="Last use since the rotation.")


class KeyOut(serializers.Serializer[Any]):
    """A key; its secret is not kept."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    prefix = serializers.CharField(help_text="How its secret begins.")
    scopes = serializers.ListField(child=serializers.CharField())
    role = serializers.CharField(
        allow_null=True, help_text="Null when it has none in the portfolio any more."
    )
    created_by = people.PersonOut(allow_null=True)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="To the minute.")
    former = FormerOut(allow_null=True)


class NewKeyOut(KeyOut):
    """A key with its new secret, which is shown this once."""

    secret = serializers.CharField(
        allow_null=True, help_text="Null when the same Idempotency-Key comes again: it is kept nowhere."
    )


class KeysOut(serializers.Serializer[Any]):
    """All keys of a portfolio, those in force first."""

    items = KeyOut(many=True)


EXAMPLE = OpenApiExample(
    "A pipeline",
    {"name": "CI robot", "scopes": ["moves:write", "projects:read"], "days": 90},
    request_only=True,
)
NEXT_WEEK = OpenApiExample("Two days for both", {"overlap_hours": 48, "days": 365}, request_only=True)


class Keys(ApiView):
    @extend_schema(
        operation_id="list_keys", summary="List API keys", description=PEOPLE_ONLY, responses=KeysOut
    )
    def get(self, request: Request, slug: str) -> Response:
        _, portfolio = _allowed(request, slug)
        inputs.query(In, request)
        return Response({"items": [_row(key) for key in queries.of(portfolio)]})

    @extend_schema(
        operation_id="make_key",
        summary="Make an API key",
        description=PEOPLE_ONLY,
        request=KeyIn,
        responses={201: NewKeyOut},
        examples=[EXAMPLE],
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        actor, portfolio = _allowed(request, slug)
        key, secret = actions.create(portfolio.pk, actor=actor, **inputs.body(KeyIn, request))
        return _with_secret(portfolio, key, secret, status=201)


class OneKey(ApiView):
    @extend_schema(
        operation_id="read_key",
        summary="Read an API key",
        description=PEOPLE_ONLY,
        parameters=[ID],
        responses=KeyOut,
    )
    def get(self, request: Request, slug: str, key_id: int) -> Response:
        _, portfolio = _allowed(request, slug)
        return Response(_row(queries.one_or_404(portfolio, key_id)))

    @extend_schema(
        operation_id="revoke_key",
        summary="Revoke an API key",
        description=f"It stays on record. Revoked already is no change. {PEOPLE_ONLY}",
        parameters=[ID],
        request=None,
        responses={204: None},
    )
    @etags.guarded
    def delete(self, request: Request, slug: str, key_id: int) -> Response:
        actor, portfolio = _allowed(request, slug)
        actions.revoke(queries.one_or_404(portfolio, key_id).pk, actor=actor)
        return Response(status=204)


class Rotation(ApiView):
    @extend_schema(
        operation_id="rotate_key",
        summary="Give an API key a new secret",
        description=f"Both secrets are good until the one before ends. {PEOPLE_ONLY}",
        parameters=[ID],
        request=RotationIn,
        responses=NewKeyOut,
        examples=[NEXT_WEEK],
    )
    @idempotent
    def post(self, request: Request, slug: str, key_id: int) -> Response:
        actor, portfolio = _allowed(request, slug)
        key = queries.one_or_404(portfolio, key_id)
        said = inputs.body(RotationIn, request)
        overlap = said["overlap_hours"] * HOUR
        key, secret = actions.rotate(key.pk, actor=actor, overlap=overlap, days=said["days"])
        return _with_secret(portfolio, key, secret)


class FormerSecret(ApiView):
    @extend_schema(
        operation_id="end_former_secret",
        summary="End the secret from before a rotation",
        description=f"None there is no change. {PEOPLE_ONLY}",
        parameters=[ID],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, slug: str, key_id: int) -> Response:
        actor, portfolio = _allowed(request, slug)
        actions.end_former(queries.one_or_404(portfolio, key_id).pk, actor=actor)
        return Response(status=204)


def _allowed(request: Request, slug: str) -> tuple[Actor, Portfolio]:
    """404 for a stranger, 403 for a key and for whoever does not administer the portfolio."""
    actor = Actor.of(request)
    portfolio = portfolio_to_write(actor, slug)
    if actor.is_machine:
        raise NotAllowed("A key cannot see or change keys. Somebody who administers the portfolio can.")
    permissions.require(actor, "api_key.manage", portfolio)
    return actor, portfolio


def _with_secret(portfolio: Portfolio, key: ApiKey, secret: str, status: int = 200) -> Response:
    headers = {"Location": f"/api/v1/portfolios/{portfolio.slug}/keys/{key.pk}"} if status == 201 else {}
    row = _row(queries.one_or_404(portfolio, key.pk))
    return Response({**row, "secret": secret}, status=status, headers=headers)


def _row(key: ApiKey) -> dict[str, Any]:
    names = ("name", "prefix", "scopes", "role", "created_at", "expires_at", "revoked_at", "last_used_at")
    is_good = key.former_until is not None and key.former_until > timezone.now()
    former = {"prefix": key.former_prefix, "until": key.former_until, "used_at": key.former_used_at}
    shown = {"id": key.pk, **{name: getattr(key, name) for name in names}}
    who = people.shape(key.created_by)
    return dict(KeyOut({**shown, "created_by": who, "former": former if is_good else None}).data)
