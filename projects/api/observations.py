"""Observations of metrics: posted singly or by the thousand, listed, and one taken back by a person."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import observations
from projects.actors import Actor
from projects.api import cursors, inputs, observation_rows
from projects.api.idempotency import idempotent
from projects.api.inputs import Choice, In
from projects.api.measurements import Number
from projects.api.parsers import StrictJSON
from projects.api.schema import parameter
from projects.api.views import JSON, ApiView, project_for_write, project_to_read
from projects.errors import Refused
from projects.models import Observation
from projects.rules import observations as rules
from projects.rules.observations import Observed

LARGEST_BATCH = 4 * 1024 * 1024  # 10,000 rows of 400 bytes
NAME_HELP = "Small letters, digits and _, such as recall."


class ObservationIn(In):
    """What a metric was."""

    metric = serializers.CharField(max_length=60, help_text=NAME_HELP)
    environment = Choice(list(rules.ENVIRONMENTS))
    value = Number(help_text="A number, or one as text.")
    at = serializers.DateTimeField(help_text="When it was measured, with its distance to UTC.")
    segment = serializers.CharField(
        max_length=rules.LONGEST_SEGMENT,
        default="",
        allow_blank=True,
        help_text="A part of the users or data, such as new_customers; empty: all of them.",
    )
    version = serializers.CharField(
        max_length=rules.LONGEST_VERSION, default="", allow_blank=True, help_text="Of the model."
    )
    low = Number(allow_null=True, default=None, help_text="Lower end of the interval, usually of 95%.")
    high = Number(allow_null=True, default=None, help_text="Upper end of the interval.")
    samples = serializers.IntegerField(
        allow_null=True, default=None, min_value=0, max_value=rules.MOST_SAMPLES
    )


class ObservationsIn(In):
    """Several, and where they can be looked up."""

    observations = ObservationIn(many=True, allow_empty=False, max_length=rules.MOST_AT_ONCE)  # type: ignore[call-arg]
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=rules.LONGEST_SOURCE, allow_blank=True, default="", help_text="Address of a run or report."
    )


class ObservationsPostedOut(serializers.Serializer[Any]):
    """What became of a batch."""

    stored = serializers.IntegerField(help_text="New rows.")
    same = serializers.IntegerField(help_text="Rows that were there already.")
    changed = serializers.IntegerField(help_text="Rows that say something else than before.")


class ObservationOut(serializers.Serializer[Any]):
    """One observation."""

    id = serializers.IntegerField()
    metric = serializers.CharField()
    environment = serializers.CharField()
    value = serializers.FloatField()
    at = serializers.DateTimeField()
    segment = serializers.CharField(allow_blank=True)
    version = serializers.CharField(allow_blank=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    samples = serializers.IntegerField(allow_null=True)
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    posted_at = serializers.DateTimeField()


class ObservationPage(serializers.Serializer[Any]):
    """One part of a project's observations, the newest first."""

    items = ObservationOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class ObservationQuery(cursors.PageQuery):
    """Which observations."""

    metric = serializers.CharField(required=False, max_length=60, help_text=NAME_HELP)
    environment = Choice(list(rules.ENVIRONMENTS), required=False)
    segment = serializers.CharField(
        required=False, allow_blank=True, max_length=60, help_text="Empty: of all users only."
    )
    version = serializers.CharField(required=False, allow_blank=True, max_length=64)


# `from` is a word of the language, so these two are declared by name.
ObservationQuery._declared_fields |= {  # noqa: SLF001
    "from": serializers.DateTimeField(required=False, source="at__gte", help_text="At this time or later."),
    "to": serializers.DateTimeField(required=False, source="at__lte", help_text="At this time or earlier."),
}

OUT = ("id", *Observed._fields, "source", "posted_at")
ONE = {"metric": "recall", "environment": "online", "value": 0.81, "at": "2026-11-20T06:00:00Z"}
EXAMPLES = [
    OpenApiExample("One value", ONE, request_only=True, media_type=JSON),
    OpenApiExample(
        "Two values with their intervals",
        {
            "source": "https://ci.example.org/builds/4182",
            "observations": [
                {**ONE, "version": "7", "low": 0.79, "high": 0.83, "samples": 12000},
                {**ONE, "version": "7", "segment": "new_customers", "value": 0.74},
            ],
        },
        request_only=True,
        media_type=JSON,
    ),
]


class Observations(ApiView):
    parser_classes = [StrictJSON, observation_rows.Table, observation_rows.Lines]
    largest_body = LARGEST_BATCH
    body_types = (JSON, *(parser.media_type for parser in parser_classes[1:]))

    @extend_schema(
        operation_id="list_observations",
        summary="List a project's observations",
        parameters=[ObservationQuery],
        responses=ObservationPage,
    )
    def get(self, request: Request, key: str) -> Response:
        project = project_to_read(Actor.of(request), key)
        asked = inputs.query(ObservationQuery, request)
        paging = ("limit", "cursor", "order")
        page: dict[str, Any] = {name: asked.pop(name) for name in paging if name in asked}
        rows = Observation.objects.filter(project_id=project.pk, **asked)
        return Response(cursors.page(rows.values(*OUT), page, dict, by="-at"))

    @extend_schema(
        operation_id="post_observations",
        summary="Post observations",
        description=f"One, or up to {rules.MOST_AT_ONCE} under `observations`; all or none is taken. Once "
        "more changes nothing; another value for the same metric, environment, segment, version and time "
        "corrects it. CSV has the names of the fields in its first line; of the third type each line is one "
        "observation as JSON. The body has at most 4 MB.",
        request={
            JSON: ObservationsIn,
            "text/csv": OpenApiTypes.STR,
            "application/x-ndjson": OpenApiTypes.STR,
        },
        responses=ObservationsPostedOut,
        examples=EXAMPLES[1:],
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        permissions.require(actor, "observation.post", project)
        batch = observation_rows.read(request.data)
        try:
            posted = observations.post_many(project.pk, given=batch.rows, actor=actor, source=batch.source)
        except Refused as refusal:
            raise inputs.as_errors(refusal, "observations_refused", batch.place) from refusal
        return Response(posted._asdict())


class OneObservation(ApiView):
    http_method_names = ["delete"]

    @extend_schema(
        operation_id="remove_observation",
        summary="Remove one observation",
        description="For people, not for keys: what was posted by mistake. A wrong value is corrected by "
        "posting it again. One that is not there is no change.",
        parameters=[parameter("observation_id", "Id of the observation.", place="path")],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, key: str, observation_id: int) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        permissions.require(actor, "observation.post", project)
        observations.remove(project.pk, observation_id=observation_id, actor=actor)
        return Response(status=204)
