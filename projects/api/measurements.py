"""Measurements: what metrics of a model were, posted by pipelines."""

from decimal import Decimal, InvalidOperation
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import measurements
from projects.actors import Actor
from projects.api import inputs
from projects.api.idempotency import idempotent
from projects.api.inputs import Day, In
from projects.api.views import ApiView, project_for_write, project_to_read
from projects.errors import Refused
from projects.rules import measurements as rules
from projects.rules.measurements import Measurement

# Twice the digits that can be kept.
LONGEST_NUMBER = 60
NONE = Decimal("NaN")


@extend_schema_field({"type": ["string", "number"], "maxLength": LONGEST_NUMBER})
class Number(serializers.Field[Decimal, Any, str, Any]):
    """A number as text, or a JSON number; the rule says which can be kept."""

    def to_internal_value(self, data: Any) -> Decimal:
        is_number = isinstance(data, str | int | float) and not isinstance(data, bool)
        said = str(data).strip() if is_number else ""
        try:
            found = Decimal(said) if len(said) <= LONGEST_NUMBER else NONE
        except InvalidOperation:
            found = NONE
        if not found.is_finite():
            raise ValidationError("Give a number, such as 0.83.")
        return found

    def to_representation(self, value: Any) -> str:
        return str(value)


class MeasurementIn(In):
    """What a metric was on a day."""

    metric = serializers.CharField(
        max_length=rules.LONGEST_NAME, help_text="Small letters, digits and _, such as latency_p95_ms."
    )
    value = Number(help_text="As text, so that no digit is lost; a number is taken too.")
    measured_on = Day()
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=rules.LONGEST_SOURCE, allow_blank=True, default="", help_text="Address of a run or report."
    )


class MeasurementsIn(In):
    """One measurement or several."""

    measurements = MeasurementIn(many=True, allow_empty=False, max_length=rules.MOST_AT_ONCE)  # type: ignore[call-arg]


class MeasurementOut(serializers.Serializer[Any]):
    """The newest measurement of a metric."""

    metric = serializers.CharField()
    value = serializers.CharField()
    measured_on = serializers.DateField()
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]


class PostedOut(MeasurementOut):
    """A measurement that was posted."""

    stored = serializers.BooleanField(help_text="False where a later day had been posted before.")


class MeasurementsOut(serializers.Serializer[Any]):
    """The newest measurement of every metric, by name."""

    items = MeasurementOut(many=True)


class ManyPostedOut(serializers.Serializer[Any]):
    """What became of each measurement, in their order."""

    items = PostedOut(many=True)


ONE = OpenApiExample(
    "A build measures",
    {
        "measurements": [
            {
                "metric": "latency_p95_ms",
                "value": "118",
                "measured_on": "2026-11-20",
                "source": "https://ci.example.org/builds/4182",
            }
        ]
    },
    request_only=True,
)


class Measurements(ApiView):
    @extend_schema(
        operation_id="list_measurements",
        summary="List a project's measurements",
        description="The newest of each metric; a project has at most "
        f"{rules.MOST_METRICS} metrics, so all are given at once.",
        responses=MeasurementsOut,
    )
    def get(self, request: Request, key: str) -> Response:
        project = project_to_read(Actor.of(request), key)
        return Response({"items": [_row(each) for each in rules.read(project.measurements)]})

    @extend_schema(
        operation_id="post_measurements",
        summary="Post measurements",
        description="All are taken or none. Of each metric the newest counts; an older day is answered with "
        "`stored: false` and changes nothing, so that the same request can be sent again.",
        request=MeasurementsIn,
        responses=ManyPostedOut,
        examples=[ONE],
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        permissions.require(actor, "evidence.edit", project)
        given = [Measurement(**said) for said in inputs.body(MeasurementsIn, request)["measurements"]]
        try:
            posted = measurements.post_many(project.pk, given=given, actor=actor)
        except Refused as refusal:
            raise inputs.as_errors(refusal, "measurements_refused", _place) from refusal
        return Response({"items": [{**_row(each.measurement), "stored": each.stored} for each in posted]})


def _place(field: str) -> str:
    return f"measurements.{field}" if field[:1].isdigit() else "measurements"


def _row(given: Measurement) -> dict[str, Any]:
    return {
        "metric": given.metric,
        "value": given.number,
        "measured_on": given.measured_on.isoformat(),
        "source": given.source,
    }
