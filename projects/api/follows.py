"""What somebody follows: projects, whose news reach them."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import follows as actions
from projects.actors import Actor
from projects.api import cursors, inputs
from projects.api.idempotency import idempotent
from projects.api.views import ApiView, project_for_write
from projects.models import Follow, Project


class FollowOut(serializers.Serializer[Any]):
    """A followed project."""

    project = serializers.CharField(help_text="Key of the project.")
    since = serializers.DateTimeField()


class FollowPage(serializers.Serializer[Any]):
    """One part of what somebody follows."""

    items = FollowOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class Follows(ApiView):
    @extend_schema(
        operation_id="list_follows",
        summary="List the projects that one follows",
        description="One's own, as far as one may still see them.",
        parameters=[cursors.PageQuery],
        responses=FollowPage,
    )
    def get(self, request: Request) -> Response:
        actor = Actor.of(request)
        permissions.require_scope(actor, "project.view")
        asked = inputs.query(cursors.PageQuery, request)
        seen = Project.objects.visible_to(actor).values("pk")
        rows = Follow.objects.filter(user_id=actor.user_id, project__in=seen)
        return Response(cursors.page(rows.values("id", "since", "project__key"), asked, _row))


class ProjectFollow(ApiView):
    @extend_schema(
        operation_id="follow_project",
        summary="Follow a project",
        description="Its news reach you with your digest. Followed already is no change. People only.",
        request=None,
        responses=FollowOut,
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        kept = actions.follow(project.pk, actor=actor)
        return Response({"project": project.key, "since": kept.since})

    @extend_schema(
        operation_id="unfollow_project",
        summary="Follow a project no more",
        description="Not followed is no change.",
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        actions.unfollow(project_for_write(actor, key).pk, actor=actor)
        return Response(status=204)


def _row(values: dict[str, Any]) -> dict[str, Any]:
    return {"project": values["project__key"], "since": values["since"]}
