"""The kinds of events by REST, each with the schema of its message: the same for every installation."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.integrations.events.rules import bodies, catalogue
from portfolio.integrations.events.rules.catalogue import Entry
from projects.api import inputs
from projects.api.inputs import In
from projects.api.schema import parameter
from projects.api.views import ApiView

KIND = parameter("kind", "A kind of event, such as stage.advanced.", place="path")


class KindOut(serializers.Serializer[Any]):
    """A kind of event."""

    kind = serializers.CharField()
    group = serializers.CharField()
    description = serializers.CharField()
    version = serializers.IntegerField(help_text="Of its message.")


class KindsOut(serializers.Serializer[Any]):
    """All kinds of events."""

    items = KindOut(many=True)


class OneKindOut(KindOut):
    """A kind with the JSON schema of its message, and an example."""

    schema = serializers.DictField(help_text="JSON Schema 2020-12.")
    example = serializers.DictField()


class EventKinds(ApiView):
    @extend_schema(operation_id="list_event_kinds", summary="List the kinds of events", responses=KindsOut)
    def get(self, request: Request) -> Response:
        inputs.query(In, request)
        return Response({"items": [_row(entry) for entry in catalogue.entries().values()]})


class OneEventKind(ApiView):
    @extend_schema(
        operation_id="read_event_kind",
        summary="Read what a kind of event says",
        parameters=[KIND],
        responses=OneKindOut,
    )
    def get(self, request: Request, kind: str) -> Response:
        inputs.query(In, request)
        entry = catalogue.entries().get(kind)
        if entry is None:
            raise Http404
        more = {"schema": catalogue.schema(kind), "example": bodies.example(kind)}
        return Response({**_row(entry), **more})


def _row(entry: Entry) -> dict[str, Any]:
    version = catalogue.VERSION
    return {"kind": entry.kind, "group": entry.group, "description": entry.says, "version": version}
