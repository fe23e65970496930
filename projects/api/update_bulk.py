"""Status updates of many projects in one request."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects.actions import updates
from projects.actors import Actor
from projects.api import bulk, inputs
from projects.api.bulk import Done
from projects.api.idempotency import idempotent
from projects.api.updates import UpdateIn, UpdateOut, rows_of
from projects.api.views import ApiView
from projects.models import StatusUpdate


class NewUpdate(UpdateIn):
    """A new update and its project."""

    project = serializers.CharField(max_length=20, help_text="Key of its project.")


class UpdateResult(bulk.ResultOut):
    """What came of one update."""

    update = UpdateOut(allow_null=True)  # type: ignore[assignment]


class BulkUpdatesOut(bulk.SumOut):
    """What came of all of them."""

    results = UpdateResult(many=True)


EXAMPLE = OpenApiExample(
    "Two projects",
    {
        "items": [
            {"project": "CLM-7", "health": "on_track", "text": "The pilot starts on Monday."},
            {"project": "CLM-9", "health": "at_risk", "text": "Labels come a week late."},
        ]
    },
    request_only=True,
)


class BulkUpdates(ApiView):
    largest_body = bulk.LARGEST_BULK

    @extend_schema(
        operation_id="post_updates",
        summary="Post many updates",
        description=f"{bulk.HOW} Each item is as the body of `POST projects/{{key}}/updates`, with "
        "`project`. "
        "An update is never edited; `corrects` replaces the latest one.",
        parameters=[bulk.ATOMIC],
        request=bulk.BulkIn,
        responses=BulkUpdatesOut,
        examples=[EXAMPLE],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        actor = Actor.of(request)
        known = bulk.Projects(actor, bulk.named(request, "project", str))

        def one(item: dict[str, Any]) -> Done:
            said = inputs.checked(NewUpdate, item)
            project = known.one(said.pop("project"))
            return Done(updates.post(project.pk, actor=actor, **said).pk, 201)

        return bulk.carry_out(self, request, one, _shown, noun="update", turn=known.turn("project"))


def _shown(ids: Iterable[int]) -> dict[int, Any]:
    return {row["id"]: row for row in rows_of(StatusUpdate.objects.filter(pk__in=list(ids)))}
