"""Model registries of a portfolio by REST; a credential goes in and never comes out."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio import addresses
from portfolio.integrations.registries.actions import links as registry_links
from portfolio.integrations.registries.actions import registries as actions
from portfolio.integrations.registries.queries import registries as queries
from portfolio.integrations.registries.rules import registries as rules
from portfolio.tries import too_many
from projects import permissions
from projects.actors import Actor
from projects.api import etags, inputs
from projects.api.idempotency import after, idempotent
from projects.api.inputs import In
from projects.api.portfolios import portfolio_to_change, portfolio_to_read
from projects.api.schema import example, parameter
from projects.api.views import ApiView
from projects.errors import Refused
from projects.models import Portfolio

MOST_TESTS, TEST_SECONDS = 20, 600
ID = parameter("registry_id", "Id of the registry.", place="path", kind=int)
SECRET = "A token, or the password of the user name; it is kept sealed and never returned."  # noqa: S105


class RegistryIn(In):
    """An MLflow server."""

    name = serializers.CharField(max_length=rules.LONGEST_NAME)
    url = serializers.CharField(max_length=addresses.LONGEST, help_text="Where MLflow's pages begin.")
    username = serializers.CharField(max_length=rules.LONGEST_USER, default="", allow_blank=True)
    credential = serializers.CharField(
        max_length=rules.LONGEST_CREDENTIAL, default="", allow_blank=True, help_text=SECRET
    )


class RegistryChanges(In):
    """What is to change."""

    name = serializers.CharField(max_length=rules.LONGEST_NAME, required=False)
    url = serializers.CharField(max_length=addresses.LONGEST, required=False)
    username = serializers.CharField(max_length=rules.LONGEST_USER, required=False, allow_blank=True)
    credential = serializers.CharField(
        max_length=rules.LONGEST_CREDENTIAL,
        required=False,
        allow_blank=True,
        allow_null=True,
        help_text=f"{SECRET} Empty keeps the stored one, null forgets it.",
    )


class RegistryOut(serializers.Serializer[Any]):
    """A registry, and whether it answers."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    url = serializers.CharField()
    username = serializers.CharField(allow_blank=True)
    has_credential = serializers.BooleanField()
    links = serializers.IntegerField(help_text="Models and experiments that projects are linked to.")
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True, help_text="When it last answered.")
    failed_at = serializers.DateTimeField(allow_null=True, help_text="Since it answers again: null.")
    error = serializers.CharField(allow_blank=True, help_text="What went wrong; empty while it answers.")


class RegistriesOut(serializers.Serializer[Any]):
    """All registries of a portfolio."""

    items = RegistryOut(many=True)


class RegistryAnswerOut(serializers.Serializer[Any]):
    """What the server answered."""

    answered = serializers.BooleanField()
    version = serializers.CharField(allow_blank=True, help_text="Of MLflow.")
    models = serializers.IntegerField(help_text="Registered models, as far as they were counted.")
    error = serializers.CharField(allow_blank=True)


class ReadingOut(serializers.Serializer[Any]):
    """What will be read."""

    links = serializers.IntegerField()


EXAMPLE = OpenApiExample(
    "MLflow with a token",
    {"name": "MLflow", "url": "https://mlflow.example.org", "credential": "a token"},
    request_only=True,
)


def _greeted(request: Request, slug: str, registry_id: int, **kwargs: Any) -> dict[str, Any]:
    """What the server answers now."""
    actor, portfolio = portfolio_to_change(request, slug, "registry.manage")
    registry = queries.one_or_404(portfolio, registry_id)
    inputs.body(In, request)
    if too_many("registry-test", str(actor.user_id), most=MOST_TESTS, seconds=TEST_SECONDS):
        raise Throttled(TEST_SECONDS)
    tried = {"url": registry.url, "username": registry.username}
    try:
        greeting = actions.try_out(portfolio, actor=actor, known=registry, **tried)
    except Refused as refusal:
        return {"answered": False, "version": "", "models": 0, "error": refusal.message}
    return {"answered": True, "version": greeting.version, "models": greeting.models, "error": ""}


class Registries(ApiView):
    @extend_schema(operation_id="list_registries", summary="List model registries", responses=RegistriesOut)
    def get(self, request: Request, slug: str) -> Response:
        portfolio = _readable(request, slug)
        inputs.query(In, request)
        return Response({"items": [_row(row) for row in queries.of(portfolio)]})

    @extend_schema(
        operation_id="add_registry",
        summary="Add a model registry",
        description="It is kept without being asked; `test` says whether it answers.",
        request=RegistryIn,
        responses={201: RegistryOut},
        examples=[EXAMPLE],
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        actor, portfolio = portfolio_to_change(request, slug, "registry.manage")
        said = inputs.body(RegistryIn, request)
        try:
            registry = actions.add(portfolio.pk, actor=actor, **said)
        except Refused as refusal:
            raise inputs.as_errors(refusal, actions.WRONG, str) from None
        return _shown(portfolio, registry.pk, status=201)


class OneRegistry(ApiView):
    @extend_schema(
        operation_id="read_registry", summary="Read a model registry", parameters=[ID], responses=RegistryOut
    )
    def get(self, request: Request, slug: str, registry_id: int) -> Response:
        portfolio = _readable(request, slug)
        return _shown(portfolio, queries.one_or_404(portfolio, registry_id).pk)

    @extend_schema(
        operation_id="change_registry",
        summary="Change a model registry",
        description="Changes what is named. A stored credential goes to no other host.",
        parameters=[ID],
        request=RegistryChanges,
        responses=RegistryOut,
        examples=[example("Another name", {"name": "MLflow of the team"})],
    )
    @etags.guarded
    def patch(self, request: Request, slug: str, registry_id: int) -> Response:
        actor, portfolio = portfolio_to_change(request, slug, "registry.manage")
        registry = queries.one_or_404(portfolio, registry_id)
        said = inputs.body(RegistryChanges, request)
        try:
            actions.change(registry.pk, actor=actor, **said)
        except Refused as refusal:
            raise inputs.as_errors(refusal, actions.WRONG, str) from None
        return _shown(portfolio, registry.pk)

    @extend_schema(
        operation_id="remove_registry",
        summary="Remove a model registry",
        description="Its links go with it; history and observations stay.",
        parameters=[ID],
        request=None,
        responses={204: None},
    )
    @etags.guarded
    def delete(self, request: Request, slug: str, registry_id: int) -> Response:
        actor, portfolio = portfolio_to_change(request, slug, "registry.manage")
        actions.remove(queries.one_or_404(portfolio, registry_id).pk, actor=actor)
        return Response(status=204)


class Test(ApiView):
    @extend_schema(
        operation_id="test_registry",
        summary="Ask a model registry whether it answers",
        parameters=[ID],
        request=None,
        responses=RegistryAnswerOut,
    )
    @idempotent
    @after(_greeted)
    def post(self, request: Request, slug: str, registry_id: int, heard: dict[str, Any]) -> Response:
        return Response(heard)


class ReadAgain(ApiView):
    @extend_schema(
        operation_id="read_registry_again",
        summary="Have everything linked in a registry read now",
        parameters=[ID],
        request=None,
        responses={202: ReadingOut},
    )
    @idempotent
    def post(self, request: Request, slug: str, registry_id: int) -> Response:
        actor, portfolio = portfolio_to_change(request, slug, "registry.manage")
        registry = queries.one_or_404(portfolio, registry_id)
        inputs.body(In, request)
        return Response({"links": registry_links.read_all(registry.pk, actor=actor)}, status=202)


def _readable(request: Request, slug: str) -> Portfolio:
    actor = Actor.of(request)
    portfolio = portfolio_to_read(actor, slug)
    permissions.require(actor, "registry.manage", portfolio)
    return portfolio


def _shown(portfolio: Portfolio, registry_id: int, status: int = 200) -> Response:
    row = next(row for row in queries.of(portfolio) if row.registry.pk == registry_id)
    return Response(_row(row), status=status)


def _row(row: queries.Row) -> dict[str, Any]:
    registry = row.registry
    names = ("id", "name", "url", "username", "created_at", "read_at", "failed_at", "error")
    said = {name: getattr(registry, name) for name in names}
    return dict(RegistryOut({**said, "has_credential": bool(registry.credential), "links": row.links}).data)
