"""Saved views: filters of the register that a person keeps; nobody else sees them."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.register.actions import saved_views as actions
from projects import permissions
from projects.actors import Actor
from projects.api import etags, inputs
from projects.api.idempotency import idempotent
from projects.api.inputs import In
from projects.api.schema import parameter
from projects.api.views import ApiView
from projects.models import SavedView
from projects.queries import saved_views as queries

ID = parameter("view_id", "Id of the view.", place="path", kind=int)
PEOPLE = "One's own; a key keeps none."


class ViewChanges(In):
    """Another name."""

    name = serializers.CharField(max_length=actions.LONGEST_NAME)


class ViewIn(ViewChanges):
    """A filter to keep."""

    query = serializers.CharField(
        max_length=actions.LONGEST_QUERY, allow_blank=True, help_text="As in the address of the register."
    )
    is_followed = serializers.BooleanField(default=False, help_text="Whether its news come with the digest.")


class ViewOut(serializers.Serializer[Any]):
    """A saved view."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    query = serializers.CharField(allow_blank=True)
    is_followed = serializers.BooleanField()


class ViewsOut(serializers.Serializer[Any]):
    """All of one's own, by name."""

    items = ViewOut(many=True)


LATE = OpenApiExample(
    "Off track and mine", {"name": "Mine, off track", "query": "health=off_track&owner=me"}, request_only=True
)
RENAMED = OpenApiExample("Another name", {"name": "To look at on Mondays"}, request_only=True)


class Views(ApiView):
    @extend_schema(
        operation_id="list_views", summary="List saved views", description=PEOPLE, responses=ViewsOut
    )
    def get(self, request: Request) -> Response:
        actor = Actor.of(request)
        permissions.require_scope(actor, "project.view")
        inputs.query(In, request)
        return Response({"items": [_row(view, actor) for view in queries.mine(actor)]})

    @extend_schema(
        operation_id="keep_view",
        summary="Keep a view",
        description=PEOPLE,
        request=ViewIn,
        responses={201: ViewOut},
        examples=[LATE],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        actor = Actor.of(request)
        permissions.require_scope(actor, "project.view")
        view = actions.keep(actor=actor, **inputs.body(ViewIn, request))
        return Response(_row(view, actor), status=201)


class OneView(ApiView):
    @extend_schema(operation_id="read_view", summary="Read a saved view", parameters=[ID], responses=ViewOut)
    def get(self, request: Request, view_id: int) -> Response:
        actor = Actor.of(request)
        permissions.require_scope(actor, "project.view")
        inputs.query(In, request)
        return Response(_row(queries.one(actor, view_id), actor))

    @extend_schema(
        operation_id="rename_view",
        summary="Rename a saved view",
        parameters=[ID],
        request=ViewChanges,
        responses=ViewOut,
        examples=[RENAMED],
    )
    @etags.guarded
    def patch(self, request: Request, view_id: int) -> Response:
        actor = Actor.of(request)
        view = queries.one(actor, view_id)
        said = inputs.body(ViewChanges, request)
        return Response(_row(actions.rename(view.pk, actor=actor, **said), actor))

    @extend_schema(
        operation_id="remove_view",
        summary="Remove a saved view",
        parameters=[ID],
        request=None,
        responses={204: None},
    )
    @etags.guarded
    def delete(self, request: Request, view_id: int) -> Response:
        actor = Actor.of(request)
        actions.remove(queries.one(actor, view_id).pk, actor=actor)
        return Response(status=204)


class ViewFollow(ApiView):
    @extend_schema(
        operation_id="follow_view",
        summary="Follow a saved view",
        description="News of the projects in it come with your digest. Followed already is no change.",
        parameters=[ID],
        request=None,
        responses=ViewOut,
    )
    @idempotent
    def post(self, request: Request, view_id: int) -> Response:
        actor = Actor.of(request)
        view = queries.one(actor, view_id)
        actions.follow(view.pk, actor=actor)
        return Response(_row(view, actor))

    @extend_schema(
        operation_id="unfollow_view",
        summary="Follow a saved view no more",
        parameters=[ID],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, view_id: int) -> Response:
        actor = Actor.of(request)
        actions.unfollow(queries.one(actor, view_id).pk, actor=actor)
        return Response(status=204)


def _row(view: SavedView, actor: Actor) -> dict[str, Any]:
    followed = view.follows.filter(user_id=actor.user_id).exists()
    return {"id": view.pk, "name": view.name, "query": view.query, "is_followed": followed}
