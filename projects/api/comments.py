"""Comments on a project."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects.actions import comments
from projects.actors import Actor
from projects.api import cursors, etags, inputs, people
from projects.api.idempotency import idempotent
from projects.api.inputs import LONG_TEXT, In
from projects.api.schema import example, parameter
from projects.api.views import ApiView, project_for_write, project_to_read
from projects.models import Comment

ID = parameter("comment_id", "Id of the comment.", place="path", kind=int)


class CommentIn(In):
    """A comment; @address mentions somebody who may see the project."""

    text = serializers.CharField(max_length=LONG_TEXT)


class CommentOut(serializers.Serializer[Any]):
    """One comment."""

    id = serializers.IntegerField()
    text = serializers.CharField()
    by = people.PersonOut(allow_null=True)
    at = serializers.DateTimeField()


class CommentPage(serializers.Serializer[Any]):
    """One part of a project's comments, the newest first."""

    items = CommentOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class Comments(ApiView):
    @extend_schema(
        operation_id="list_comments",
        summary="List a project's comments",
        parameters=[cursors.PageQuery],
        responses=CommentPage,
    )
    def get(self, request: Request, key: str) -> Response:
        project = project_to_read(Actor.of(request), key)
        asked = inputs.query(cursors.PageQuery, request)
        rows = Comment.objects.filter(project=project, deleted_at=None)
        rows = rows.values("id", "text", "at", *people.columns("author"))
        return Response(cursors.page(rows, asked, _row, by="-id"))

    @extend_schema(
        operation_id="post_comment",
        summary="Comment",
        request=CommentIn,
        responses={201: CommentOut},
        examples=[example("A word to somebody", {"text": "@ada@example.org The labels are in."})],
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        comment = comments.post(project.pk, actor=actor, **inputs.body(CommentIn, request))
        shown = {"id": comment.pk, "text": comment.text, "by": people.shape(actor.user), "at": comment.at}
        return Response(shown, status=201)


class OneComment(ApiView):
    @extend_schema(
        operation_id="read_comment", summary="Read a comment", parameters=[ID], responses=CommentOut
    )
    def get(self, request: Request, key: str, comment_id: int) -> Response:
        project = project_to_read(Actor.of(request), key)
        inputs.query(In, request)
        rows = Comment.objects.filter(project=project, deleted_at=None, pk=comment_id)
        found = rows.values("id", "text", "at", *people.columns("author")).first()
        if found is None:
            raise Http404
        return Response(_row(found))

    @extend_schema(
        operation_id="delete_comment",
        summary="Delete a comment",
        description="One's own only. Deleted already is no change.",
        parameters=[ID],
        request=None,
        responses={204: None},
    )
    @etags.guarded
    def delete(self, request: Request, key: str, comment_id: int) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        if not Comment.objects.filter(project=project, pk=comment_id).exists():
            raise Http404
        comments.delete(comment_id, actor=actor)
        return Response(status=204)


def _row(values: dict[str, Any]) -> dict[str, Any]:
    return {"id": values["id"], "text": values["text"], "by": people.of(values, "author"), "at": values["at"]}
