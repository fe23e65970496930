"""The inbox: what a person was told, to be read and put aside."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.notifications.actions import inboxes as actions
from portfolio.notifications.queries import inboxes as queries
from portfolio.notifications.queries import messages
from portfolio.notifications.rules.topics import TOPICS
from projects import permissions
from projects.actors import Actor
from projects.api import cursors, inputs
from projects.api.idempotency import idempotent
from projects.api.inputs import LARGEST_ID, Choice, In
from projects.api.schema import parameter
from projects.api.views import ApiView

ID = parameter("message_id", "Id of the message.", place="path", kind=int)
COLUMNS = ("id", "topic", "kind", "subject", "text", "path", "created_at", "read_at", "project__key")
MOST = 200


class InboxQuery(cursors.PageQuery):
    """Which messages."""

    topic = Choice(list(TOPICS), required=False)
    state = Choice(["unread", "all"], default="unread")


class MarkIn(In):
    """Which messages; without ids all of them, to be read."""

    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID), min_length=1, max_length=MOST
    )


class ReadIn(In):
    """Which messages are read."""

    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID),
        min_length=1,
        max_length=MOST,
        required=False,
        help_text="All of them when left out.",
    )


class MessageOut(serializers.Serializer[Any]):
    """One message."""

    id = serializers.IntegerField()
    topic = serializers.CharField()
    kind = serializers.CharField(help_text="Of the event that it tells of.")
    subject = serializers.CharField()
    text = serializers.CharField()
    path = serializers.CharField(allow_blank=True, help_text="The page to look at.")
    project = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class MessagePage(serializers.Serializer[Any]):
    """One part of the inbox, the newest first."""

    items = MessageOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class MarkedOut(serializers.Serializer[Any]):
    """How many were changed."""

    marked = serializers.IntegerField()


TWO = OpenApiExample("Two of them", {"ids": [17, 18]}, request_only=True)


class Inbox(ApiView):
    @extend_schema(
        operation_id="list_messages",
        summary="List messages",
        description="One's own; the account of a key is told nothing.",
        parameters=[InboxQuery],
        responses=MessagePage,
    )
    def get(self, request: Request) -> Response:
        actor = _reader(request)
        asked = inputs.query(InboxQuery, request)
        rows = messages.among(actor).filter(in_inbox=True)
        if asked["state"] == "unread":
            rows = rows.filter(read_at=None)
        if "topic" in asked:
            rows = rows.filter(topic=asked["topic"])
        return Response(cursors.page(rows.values(*COLUMNS), asked, _row, by="-id"))


class OneMessage(ApiView):
    @extend_schema(
        operation_id="read_message", summary="Read a message", parameters=[ID], responses=MessageOut
    )
    def get(self, request: Request, message_id: int) -> Response:
        """Unlike on the page, looking marks nothing: a program looks without anybody reading."""
        actor = _reader(request)
        inputs.query(In, request)
        found = queries.one(message_id, actor)
        return Response(_row(messages.among(actor).values(*COLUMNS).get(pk=found.pk)))


class Read(ApiView):
    @extend_schema(
        operation_id="mark_read",
        summary="Mark messages as read",
        request=ReadIn,
        responses=MarkedOut,
        examples=[TWO],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        actor = _reader(request)
        ids = inputs.body(ReadIn, request).get("ids")
        now = timezone.now()
        done = (
            actions.read_all(actor=actor, now=now) if ids is None else actions.read(ids, actor=actor, now=now)
        )
        return Response({"marked": done})


class Unread(ApiView):
    @extend_schema(
        operation_id="mark_unread",
        summary="Mark messages as not read",
        request=MarkIn,
        responses=MarkedOut,
        examples=[TWO],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        actor = _reader(request)
        return Response({"marked": actions.unread(inputs.body(MarkIn, request)["ids"], actor=actor)})


def _reader(request: Request) -> Actor:
    actor = Actor.of(request)
    permissions.require_scope(actor, "project.view")
    return actor


def _row(values: dict[str, Any]) -> dict[str, Any]:
    return {**{name: values[name] for name in COLUMNS[:-1]}, "project": values["project__key"]}
