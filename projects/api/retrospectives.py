"""Retrospectives: what was learned from a project."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import retrospectives
from projects.actors import Actor
from projects.api import inputs, people
from projects.api.idempotency import idempotent
from projects.api.inputs import LARGEST_ID, In
from projects.api.views import ApiView, project_for_write, project_to_read
from projects.errors import Refused
from projects.models import Retrospective
from projects.queries import retrospectives as queries

LONGEST = retrospectives.LONGEST


class RetrospectiveIn(In):
    """What happened and what was learned."""

    happened = serializers.CharField(max_length=LONGEST)
    lesson = serializers.CharField(max_length=LONGEST)
    pitfall = serializers.CharField(
        max_length=12, allow_blank=True, default="", help_text="Which one decided, such as P2; empty: none."
    )
    team_effect = serializers.CharField(max_length=LONGEST, allow_blank=True, default="")
    sunk_cost = serializers.DecimalField(
        16, 2, min_value=0, allow_null=True, default=None, help_text="In the portfolio's currency."
    )
    move = serializers.IntegerField(
        min_value=1,
        max_value=LARGEST_ID,
        allow_null=True,
        default=None,
        help_text="Id of the stop, hold, rollback or retirement that it looks back at.",
    )


class RetrospectiveOut(serializers.Serializer[Any]):
    """A retrospective; it is never changed."""

    id = serializers.IntegerField()
    move = serializers.IntegerField(allow_null=True)
    about = serializers.CharField(allow_blank=True, help_text="What was decided; empty: the project itself.")
    pitfall = serializers.CharField(allow_blank=True)
    happened = serializers.CharField()
    lesson = serializers.CharField()
    team_effect = serializers.CharField(allow_blank=True)
    sunk_cost = serializers.DecimalField(16, 2, allow_null=True)
    written_by = people.PersonOut(allow_null=True)
    at = serializers.DateTimeField()


class RetrospectivesOut(serializers.Serializer[Any]):
    """All of a project's, the newest first."""

    items = RetrospectiveOut(many=True)


EXAMPLE = OpenApiExample(
    "A stop and its lesson",
    {
        "happened": "The data that was promised came for one region only.",
        "lesson": "Access that is not signed is no access.",
        "pitfall": "P2",
        "sunk_cost": "84000.00",
    },
    request_only=True,
)


class Retrospectives(ApiView):
    @extend_schema(
        operation_id="list_retrospectives",
        summary="List a project's retrospectives",
        description="What was learned, the newest first; few enough that all are given at once.",
        responses=RetrospectivesOut,
    )
    def get(self, request: Request, key: str) -> Response:
        project = project_to_read(Actor.of(request), key)
        return Response({"items": [_row(look) for look in queries.of_project(project)]})

    @extend_schema(
        operation_id="write_retrospective",
        summary="Write a retrospective",
        description="It is never changed: a second look is a second retrospective.",
        request=RetrospectiveIn,
        responses={201: RetrospectiveOut},
        examples=[EXAMPLE],
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        permissions.require(actor, "retrospective.write", project)
        said = inputs.body(RetrospectiveIn, request)
        move = said.pop("move")
        try:
            written = retrospectives.write(project.pk, move_id=move, actor=actor, **said)
        except Refused as refusal:
            raise inputs.as_errors(refusal, retrospectives.INVALID, lambda field: field) from refusal
        return Response(_row(_look(queries.of_project(project), written)), status=201)


def _look(found: list[queries.Look], written: Retrospective) -> queries.Look:
    return next(look for look in found if look.row.pk == written.pk)


def _row(look: queries.Look) -> dict[str, Any]:
    row = look.row
    return dict(
        RetrospectiveOut(
            {
                "id": row.pk,
                "move": row.move_id,
                "about": look.about,
                "pitfall": row.pitfall,
                "happened": row.happened,
                "lesson": row.lesson,
                "team_effect": row.team_effect,
                "sunk_cost": row.sunk_cost,
                "written_by": row.written_by,
                "at": row.at,
            }
        ).data
    )
