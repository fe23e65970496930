"""Many blockers in one request, raised or changed."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import blockers
from projects.actors import Actor
from projects.api import blocker_inputs, blocker_rows, bulk, inputs
from projects.api.blocker_inputs import BlockerChanges, BlockerIn
from projects.api.blocker_rows import BlockerOut
from projects.api.bulk import Done
from projects.api.idempotency import idempotent
from projects.api.inputs import LARGEST_ID
from projects.api.views import ApiView
from projects.models import Blocker
from projects.queries import blockers as blocker_queries


class NewBlocker(BlockerIn):
    """A new blocker and its project."""

    project = serializers.CharField(max_length=20, help_text="Key of its project.")


class ChangedBlocker(BlockerChanges):
    """One blocker and what is to change of it."""

    id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    version = serializers.IntegerField(
        min_value=1,
        max_value=10**9,
        allow_null=True,
        help_text="That was read, as in the ETag; null for any.",
    )


class BlockerResult(bulk.ResultOut):
    """What came of one blocker."""

    blocker = BlockerOut(allow_null=True)


class BulkBlockersOut(bulk.SumOut):
    """What came of all of them."""

    results = BlockerResult(many=True)


ADDED = OpenApiExample(
    "One review, two projects",
    {
        "items": [
            {
                "project": "CLM-7",
                "title": "The pilot cannot start, because the security review has no date",
                "category": "security_review",
                "severity": "high",
            },
            {
                "project": "CLM-9",
                "title": "No release, because the security review has no date",
                "category": "security_review",
                "severity": "medium",
            },
        ]
    },
    request_only=True,
)
CHANGED = OpenApiExample(
    "Graver than thought", {"items": [{"id": 12, "version": 3, "severity": "critical"}]}, request_only=True
)


class BulkBlockers(ApiView):
    largest_body = bulk.LARGEST_BULK

    @extend_schema(
        operation_id="create_blockers",
        summary="Raise many blockers",
        description=f"{bulk.HOW} Each item is as the body of `POST projects/{{key}}/blockers`, with "
        "`project`.",
        parameters=[bulk.ATOMIC],
        request=bulk.BulkIn,
        responses=BulkBlockersOut,
        examples=[ADDED],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        actor = Actor.of(request)
        named = bulk.named(request, "project", str)
        known = bulk.Projects(actor, named | _also(request))

        def one(item: dict[str, Any]) -> Done:
            said = inputs.checked(NewBlocker, item)
            project = known.one(said.pop("project"))
            permissions.require(actor, "blocker.edit", project)
            said = blocker_inputs.resolve(said, project, actor)
            with blocker_inputs.what_was_said():
                return Done(blockers.raise_(project.pk, actor=actor, **said).pk, 201)

        shown, turn = _shown(actor), known.turn("project")
        return bulk.carry_out(self, request, one, shown, noun="blocker", turn=turn, touched=known.ids)

    @extend_schema(
        operation_id="change_blockers",
        summary="Change many open blockers",
        description=f"{bulk.HOW} Each item is as the body of `PATCH blockers/{{blocker_id}}`, with `id` and "
        "the `version` that was read.",
        parameters=[bulk.ATOMIC, bulk.ONCE],
        request=bulk.BulkIn,
        responses=BulkBlockersOut,
        examples=[CHANGED],
    )
    @idempotent
    def patch(self, request: Request) -> Response:
        actor = Actor.of(request)
        known = _known(actor, request)
        also = bulk.Projects(actor, _also(request))

        def one(item: dict[str, Any]) -> Done:
            said = inputs.checked(ChangedBlocker, item)
            blocker = known.get(said.pop("id"))
            if blocker is None:
                raise Http404
            permissions.require(actor, "blocker.edit", blocker.project)
            version = said.pop("version")
            said = blocker_inputs.resolve(said, blocker.project, actor)
            with blocker_inputs.what_was_said():
                blockers.edit(blocker.pk, version=version, actor=actor, **said)
            return Done(blocker.pk, 200)

        touched = {*also.ids, *_stopped(known.values())}
        return bulk.carry_out(self, request, one, _shown(actor), noun="blocker", touched=touched)


def _known(actor: Actor, request: Request) -> dict[int, Blocker]:
    """The blockers that the items name and the caller may know of; two queries for all of them."""
    ids = [pk for pk in bulk.named(request, "id", int) if 0 < pk <= LARGEST_ID]
    rows = Blocker.objects.visible_to(actor).select_related("project").filter(pk__in=ids)
    found = {blocker.pk: blocker for blocker in rows}
    permissions.know_project_roles(actor, {blocker.project_id for blocker in found.values()})
    return found


def _stopped(blockers: Iterable[Blocker]) -> set[int]:
    """Every project that these blockers stop."""
    held = list(blockers)
    pairs = Blocker.affected.through.objects.filter(blocker__in=[one.pk for one in held])
    return {one.project_id for one in held} | set(pairs.values_list("project", flat=True))


def _also(request: Request) -> set[str]:
    """Keys of the projects that the items name as stopped, too."""
    lists = [item.get("affected") for item in bulk.items_of(request)]
    return {key for keys in lists if isinstance(keys, list) for key in keys if isinstance(key, str)}


def _shown(actor: Actor) -> Any:
    def rows(ids: Iterable[int]) -> dict[int, Any]:
        found = blocker_queries.by_id(list(ids), actor)
        return {row.blocker.pk: blocker_rows.shape(row) for row in found}

    return rows
