"""Import profiles: which column of a file becomes which field. Shipped ones, and a portfolio's own."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.register.actions import import_profiles as actions
from portfolio.register.imports import plain_yaml
from portfolio.register.imports.plain_yaml import BadProfile
from portfolio.register.models import ImportProfile
from portfolio.register.queries import imports as queries
from projects import permissions
from projects.actors import Actor
from projects.api import etags, inputs, people
from projects.api.inputs import In
from projects.api.portfolios import portfolio_to_write
from projects.api.schema import parameter
from projects.api.views import ApiView
from projects.models import Portfolio

NAME = parameter("name", "Name of the profile, as in the list.", place="path")
LONGEST_NAME = 60


class ProfileIn(In):
    """A profile whole."""

    text = serializers.CharField(
        max_length=plain_yaml.MAX_TEXT,
        trim_whitespace=False,
        help_text="YAML; a shipped one is a good start.",
    )


class ProfileRow(serializers.Serializer[Any]):
    """One profile of the list."""

    name = serializers.CharField()
    is_own = serializers.BooleanField(help_text="Written by people of this portfolio, not shipped.")
    version = serializers.IntegerField(help_text="Grows with every change; 0 of a shipped one.")
    changed_at = serializers.DateTimeField(allow_null=True)
    changed_by = people.PersonOut(allow_null=True)


class ProfileOut(ProfileRow):
    """One profile with its text."""

    text = serializers.CharField()


class ProfilesOut(serializers.Serializer[Any]):
    """All profiles that an import into a portfolio can name."""

    items = ProfileRow(many=True)


OURS = OpenApiExample(
    "A short one",
    {
        "text": "name: ours\nsource: our inventory\nfields:\n  name: Initiative\n"
        "stage:\n  column: Phase\n  words:\n    Idea: idea\n"
    },
    request_only=True,
)


class Profiles(ApiView):
    @extend_schema(operation_id="list_import_profiles", summary="List import profiles", responses=ProfilesOut)
    def get(self, request: Request, slug: str) -> Response:
        _, portfolio = _allowed(request, slug)
        inputs.query(In, request)
        own = _own(portfolio)
        names = sorted(queries.profiles(portfolio))
        return Response({"items": [_row(name, own.get(name)) for name in names]})


class OneProfile(ApiView):
    @extend_schema(
        operation_id="read_import_profile",
        summary="Read an import profile",
        parameters=[NAME],
        responses=ProfileOut,
    )
    def get(self, request: Request, slug: str, name: str) -> Response:
        _, portfolio = _allowed(request, slug)
        inputs.query(In, request)
        return Response(_whole(portfolio, name))

    @extend_schema(
        operation_id="save_import_profile",
        summary="Save an import profile",
        description="A profile of the name of a shipped one takes its place in this portfolio; who saves "
        "that first has read the shipped one and sends its ETag.",
        parameters=[NAME],
        request=ProfileIn,
        responses=ProfileOut,
        examples=[OURS],
    )
    @etags.guarded
    def put(self, request: Request, slug: str, name: str) -> Response:
        actor, portfolio = _allowed(request, slug)
        text = inputs.body(ProfileIn, request)["text"]
        if len(name) > LONGEST_NAME:
            raise ValidationError({"name": [f"Use at most {LONGEST_NAME} letters."]})
        own = _own(portfolio).get(name)
        try:
            actions.save(portfolio.pk, name=name, text=text, version=own.version if own else 0, actor=actor)
        except BadProfile as bad:
            raise ValidationError({"text": bad.problems}) from bad
        return Response(_whole(portfolio, name))

    @extend_schema(
        operation_id="remove_import_profile",
        summary="Remove an import profile",
        description="One that people wrote; a shipped one of its name counts again, and stays (409).",
        parameters=[NAME],
        request=None,
        responses={204: None},
    )
    @etags.guarded
    def delete(self, request: Request, slug: str, name: str) -> Response:
        actor, portfolio = _allowed(request, slug)
        _whole(portfolio, name)
        actions.remove(portfolio.pk, name=name, actor=actor)
        return Response(status=204)


def _allowed(request: Request, slug: str) -> tuple[Actor, Portfolio]:
    actor = Actor.of(request)
    portfolio = portfolio_to_write(actor, slug)
    permissions.require(actor, "import.run", portfolio)
    return actor, portfolio


def _own(portfolio: Portfolio) -> dict[str, ImportProfile]:
    rows = ImportProfile.objects.filter(portfolio=portfolio).select_related("changed_by")
    return {one.name: one for one in rows}


def _whole(portfolio: Portfolio, name: str) -> dict[str, Any]:
    text = queries.profiles(portfolio).get(name)
    if text is None:
        raise Http404
    return {**_row(name, _own(portfolio).get(name)), "text": text}


def _row(name: str, own: ImportProfile | None) -> dict[str, Any]:
    return {
        "name": name,
        "is_own": own is not None,
        "version": own.version if own else 0,
        "changed_at": own.changed_at if own else None,
        "changed_by": people.shape(own.changed_by) if own else None,
    }
