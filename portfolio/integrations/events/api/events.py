"""Events: the feed that other systems follow."""

from typing import Any

from django.db import DatabaseError
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio import outbox
from portfolio.integrations.events.queries import feeds
from projects import permissions
from projects.actors import Actor
from projects.api import inputs, people
from projects.api.inputs import LARGEST_ID, In
from projects.api.views import ApiView

USUAL_LIMIT, LARGEST_LIMIT = 100, 500
COLUMNS = ("position", "kind", "at", "door", "by_machine", "request_id", "payload")


class FeedQuery(In):
    """From where, and whose events."""

    after = serializers.IntegerField(
        min_value=0, max_value=LARGEST_ID, default=0, help_text="`next` of the answer before; 0 at first."
    )
    portfolio = serializers.SlugField(max_length=60, default="")
    project = serializers.CharField(max_length=20, default="", help_text="Key of a project.")
    limit = serializers.IntegerField(
        min_value=1, max_value=LARGEST_LIMIT, default=USUAL_LIMIT, help_text="Rows in one answer."
    )


class EventOut(serializers.Serializer[Any]):
    """One thing that happened."""

    position = serializers.IntegerField(help_text="Its place in the feed; it only grows.")
    kind = serializers.CharField(help_text="noun.past_tense, such as stage.advanced.")
    at = serializers.DateTimeField()
    portfolio = serializers.CharField(allow_null=True)
    project = serializers.CharField(allow_null=True)
    by = people.PersonOut(allow_null=True)
    by_machine = serializers.BooleanField()
    door = serializers.CharField(help_text="How it came in: page, api, hook, task, import, command.")
    request_id = serializers.CharField(allow_blank=True)
    payload = serializers.DictField()


class Feed(serializers.Serializer[Any]):
    """One part of the feed."""

    items = EventOut(many=True)
    next = serializers.IntegerField(help_text="Send it as `after` next time, also when `items` is empty.")
    more = serializers.BooleanField(help_text="Whether there is more at this moment.")


class Events(ApiView):
    @extend_schema(
        operation_id="list_events",
        summary="Follow the events",
        description="Ask again with `after` set to `next`; no event is skipped, and none comes twice.",
        parameters=[FeedQuery],
        responses=Feed,
    )
    def get(self, request: Request) -> Response:
        actor = Actor.of(request)
        permissions.require_scope(actor, "event.view")
        asked = inputs.query(FeedQuery, request)
        _pass_on()
        limit = asked.pop("limit")
        events = feeds.after(asked.pop("after"), actor=actor, **asked)
        rows = list(
            events.values(*COLUMNS, "portfolio__slug", "project__key", *people.columns("actor"))[: limit + 1]
        )
        shown = rows[:limit]
        end = shown[-1]["position"] if shown else int(request.query_params.get("after", 0))
        return Response({"items": [_row(row) for row in shown], "next": end, "more": len(rows) > limit})


def _pass_on() -> None:
    """The worker does this every few seconds; without one, readers do it. What fails is done next time."""
    try:
        outbox.pass_on()
    except DatabaseError:
        return


def _row(values: dict[str, Any]) -> dict[str, Any]:
    shown = {name: values[name] for name in COLUMNS}
    shown["portfolio"] = values["portfolio__slug"]
    shown["project"] = values["project__key"]
    return shown | {"by": people.of(values, "actor")}
