"""Flags: computed facts that somebody should look at."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actors import Actor
from projects.api import cursors, inputs
from projects.api.inputs import Choice
from projects.api.views import ApiView
from projects.models import Flag, Project, Severity
from projects.rules.flags import RULES

COLUMNS = ("id", "rule", "severity", "label", "facts", "opened_at", "cleared_at")


class FlagQuery(cursors.PageQuery):
    """Which flags."""

    portfolio = serializers.SlugField(max_length=60, default="")
    project = serializers.CharField(max_length=20, default="", help_text="Key of a project.")
    rule = Choice(list(RULES), default=None)
    severity = Choice(Severity.choices, default=None)
    state = Choice(["open", "all"], default="open", help_text="all: cleared ones too.")


class FlagOut(serializers.Serializer[Any]):
    """One flag; it clears when its cause is gone."""

    id = serializers.IntegerField()
    project = serializers.CharField()
    portfolio = serializers.CharField()
    rule = serializers.ChoiceField(list(RULES))
    severity = serializers.ChoiceField(Severity.choices)
    label = serializers.CharField(help_text="The flag in a few words.")  # type: ignore[assignment]
    facts = serializers.DictField(help_text="The numbers it was computed from.")
    opened_at = serializers.DateTimeField()
    cleared_at = serializers.DateTimeField(allow_null=True)


class FlagPage(serializers.Serializer[Any]):
    """One part of the list of flags."""

    items = FlagOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class Flags(ApiView):
    @extend_schema(
        operation_id="list_flags", summary="List flags", parameters=[FlagQuery], responses=FlagPage
    )
    def get(self, request: Request) -> Response:
        actor = Actor.of(request)
        permissions.require_scope(actor, "project.view")
        asked = inputs.query(FlagQuery, request)
        rows = _chosen(actor, asked).values(*COLUMNS, "project__key", "project__portfolio__slug")
        return Response(cursors.page(rows, asked, _row))


def _chosen(actor: Actor, asked: dict[str, Any]) -> QuerySet[Flag]:
    projects = Project.objects.visible_to(actor)
    if asked["portfolio"]:
        projects = projects.filter(portfolio__slug=asked["portfolio"])
    if asked["project"]:
        projects = projects.filter(key=asked["project"])
    flags = Flag.objects.filter(project__in=projects)
    flags = flags.filter(**{name: asked[name] for name in ("rule", "severity") if asked[name]})
    return flags if asked["state"] == "all" else flags.filter(cleared_at=None)


def _row(values: dict[str, Any]) -> dict[str, Any]:
    shown = {name: values[name] for name in COLUMNS}
    return shown | {"project": values["project__key"], "portfolio": values["project__portfolio__slug"]}
