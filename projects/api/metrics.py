"""The metrics of a project: a line for each in each environment."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects.actors import Actor
from projects.api.views import ApiView, project_to_read
from projects.queries import metrics
from projects.queries.metrics import Line
from projects.rules import observations, trends


class MetricTrendOut(serializers.Serializer[Any]):
    """How far the last values moved, as a part of where they began, with an interval of 95%."""

    rise = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    points = serializers.IntegerField()


class MetricOut(serializers.Serializer[Any]):
    """A metric in one environment, with its newest value of all users, or of the first segment."""

    metric = serializers.CharField()
    environment = serializers.ChoiceField(list(observations.ENVIRONMENTS))
    value = serializers.FloatField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    version = serializers.CharField(allow_blank=True)
    last_seen_at = serializers.DateTimeField()
    observations = serializers.IntegerField()
    segments = serializers.ListField(child=serializers.CharField())
    trend = MetricTrendOut(
        allow_null=True, help_text=f"Of the last {trends.MOST_POINTS} values; null: too few to tell."
    )


class MetricsOut(serializers.Serializer[Any]):
    """All metrics of a project, by name."""

    items = MetricOut(many=True)


class Metrics(ApiView):
    @extend_schema(
        operation_id="list_metrics",
        summary="List a project's metrics",
        description=f"A line for each metric in each environment, at most {metrics.MOST_LINES}. What was "
        "observed when is listed under `observations`.",
        responses=MetricsOut,
    )
    def get(self, request: Request, key: str) -> Response:
        project = project_to_read(Actor.of(request), key)
        return Response({"items": [_row(line) for line in metrics.lines(project.pk)]})


def _row(line: Line) -> dict[str, Any]:
    newest, trend = line.newest, line.trend
    return {
        "metric": line.metric,
        "environment": line.environment,
        "value": newest.value,
        "low": newest.low,
        "high": newest.high,
        "version": newest.version,
        "last_seen_at": newest.at,
        "observations": line.number,
        "segments": list(line.segments),
        "trend": trend and {name: getattr(trend, name) for name in ("rise", "low", "high", "points")},
    }
