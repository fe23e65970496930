"""Status updates: what people, or a pipeline, say about a project."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import updates
from projects.actors import Actor
from projects.api import cursors, etags, inputs, people
from projects.api.idempotency import idempotent
from projects.api.inputs import LARGEST_ID, LONG_TEXT, Choice, Day, In
from projects.api.schema import parameter
from projects.api.views import ApiView, project_for_write, project_to_read
from projects.models import SPOKEN_HEALTH, Project, StatusUpdate

COLUMNS = ("id", "health", "text", "next_step", "at_risk", "next_proof_on", "is_no_change", "stage", "at")
ID = parameter("update_id", "Id of the update.", place="path", kind=int)


class UpdateIn(In):
    """An update; the health and one sentence are needed."""

    health = Choice(SPOKEN_HEALTH)
    text = serializers.CharField(max_length=LONG_TEXT)
    next_step = serializers.CharField(max_length=LONG_TEXT, allow_blank=True, default="")
    at_risk = serializers.CharField(max_length=LONG_TEXT, allow_blank=True, default="")
    next_proof_on = Day(allow_null=True, default=None)
    corrects = serializers.IntegerField(
        min_value=1,
        max_value=LARGEST_ID,
        allow_null=True,
        default=None,
        help_text="Id of the latest update, when this one replaces it.",
    )


class UpdateOut(serializers.Serializer[Any]):
    """One update; it is never edited."""

    id = serializers.IntegerField()
    health = serializers.ChoiceField(SPOKEN_HEALTH)
    text = serializers.CharField()
    next_step = serializers.CharField(allow_blank=True)
    at_risk = serializers.CharField(allow_blank=True)
    next_proof_on = serializers.DateField(allow_null=True)
    is_no_change = serializers.BooleanField(help_text="Whether it only says that nothing has changed.")
    corrects = serializers.IntegerField(allow_null=True)
    stage = serializers.CharField(help_text="The project's stage at that time.")
    by = people.PersonOut(allow_null=True)
    at = serializers.DateTimeField()


class UpdatePage(serializers.Serializer[Any]):
    """One part of a project's updates, the newest first."""

    items = UpdateOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


EXAMPLE = OpenApiExample(
    "On track",
    {"health": "on_track", "text": "Validation data are in; the pilot starts on Monday."},
    request_only=True,
)


class Updates(ApiView):
    @extend_schema(
        operation_id="list_updates",
        summary="List a project's updates",
        parameters=[cursors.PageQuery],
        responses=UpdatePage,
    )
    def get(self, request: Request, key: str) -> Response:
        project = project_to_read(Actor.of(request), key)
        asked = inputs.query(cursors.PageQuery, request)
        rows = StatusUpdate.objects.filter(project=project)
        rows = rows.values(*COLUMNS, "corrects_id", *people.columns("author"))
        return Response(cursors.page(rows, asked, _row, by="-id"))

    @extend_schema(
        operation_id="post_update",
        summary="Post an update",
        request=UpdateIn,
        responses={201: UpdateOut},
        examples=[EXAMPLE],
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        update = updates.post(project.pk, actor=actor, **inputs.body(UpdateIn, request))
        return Response(_of(update), status=201)


class OneUpdate(ApiView):
    @extend_schema(operation_id="read_update", summary="Read an update", parameters=[ID], responses=UpdateOut)
    def get(self, request: Request, key: str, update_id: int) -> Response:
        project = project_to_read(Actor.of(request), key)
        inputs.query(In, request)
        return Response(_one(project, update_id))

    @extend_schema(
        operation_id="take_back_update",
        summary="Take back that nothing has changed",
        description="By whoever said it, within ten minutes and while nothing followed it; anything else is "
        "409. Other updates stay: a newer one `corrects` the latest.",
        parameters=[ID],
        request=None,
        responses={204: None},
    )
    @etags.guarded
    def delete(self, request: Request, key: str, update_id: int) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        permissions.require(actor, "update.post", project)
        _one(project, update_id)
        updates.take_back(update_id, actor=actor)
        return Response(status=204)


class NoChange(ApiView):
    @extend_schema(
        operation_id="post_no_change",
        summary="Say that nothing has changed",
        description="Posts an update with the health of the last one. The second on the same day answers "
        "with the first. It is refused when nobody has said anything yet, and after the third in a row.",
        request=None,
        responses={201: UpdateOut},
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        return Response(_of(updates.no_change(project.pk, actor=actor)), status=201)


def _one(project: Project, update_id: int) -> dict[str, Any]:
    for row in rows_of(StatusUpdate.objects.filter(project=project, pk=update_id)):
        return row
    raise Http404


def _of(update: StatusUpdate) -> dict[str, Any]:
    shown = {name: getattr(update, name) for name in COLUMNS}
    return shown | {"corrects": update.corrects_id, "by": people.shape(update.author)}


def rows_of(updates: QuerySet[StatusUpdate]) -> list[dict[str, Any]]:
    """Updates as answers show them; one query."""
    rows = updates.values(*COLUMNS, "corrects_id", *people.columns("author"))
    return [_row(values) for values in rows]


def _row(values: dict[str, Any]) -> dict[str, Any]:
    shown = {name: values[name] for name in COLUMNS}
    return shown | {"corrects": values["corrects_id"], "by": people.of(values, "author")}
