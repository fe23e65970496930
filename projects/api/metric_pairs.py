"""Metric pairs: which metric in use should agree with which one on old data."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import metric_pairs
from projects.actors import Actor
from projects.api import etags, inputs
from projects.api.inputs import In
from projects.api.measurements import Number
from projects.api.schema import parameter
from projects.api.views import ApiView, project_for_write, project_to_read
from projects.errors import Refused
from projects.models import Project
from projects.rules import measurements
from projects.rules import metric_pairs as rules
from projects.rules.measurements import Measurement
from projects.rules.metric_pairs import Compared, MetricPair

NAME = parameter("name", "Small letters, digits and _, such as recall.", place="path")


def _number(meaning: str) -> Number:
    return Number(allow_null=True, default=None, help_text=f"{meaning}, as text; null: nobody has said.")


class PairIn(In):
    """One metric offline and online, or two that should agree."""

    offline = serializers.CharField(
        max_length=measurements.LONGEST_NAME, help_text="Name of the metric on old data."
    )
    online = serializers.CharField(
        max_length=measurements.LONGEST_NAME,
        help_text="Name of the metric where it is used; the same name compares its observations offline and "
        "online.",
    )
    higher_is_better = serializers.BooleanField(default=True)
    gap = _number("By how much online may be worse")
    baseline = _number("What was reached without the model")
    ceiling = _number("What can be reached at best")
    gap_is_share = serializers.BooleanField(
        default=False, help_text="The gap is a part of the value offline: 0.05 is 5% of it."
    )
    by_segment = serializers.BooleanField(default=False, help_text="Each segment keeps the gap as well.")


class PairSideOut(serializers.Serializer[Any]):
    """The newest measurement of one side."""

    value = serializers.CharField()
    measured_on = serializers.DateField()


class PairPartOut(serializers.Serializer[Any]):
    """A segment that both sides know."""

    segment = serializers.CharField()
    offline_measured = PairSideOut()
    online_measured = PairSideOut()
    shortfall = serializers.CharField()
    is_too_far = serializers.BooleanField()


class MetricPairOut(serializers.Serializer[Any]):
    """A pair with what was measured last."""

    name = serializers.CharField()
    offline = serializers.CharField()
    online = serializers.CharField()
    higher_is_better = serializers.BooleanField()
    gap = serializers.CharField(allow_null=True)
    baseline = serializers.CharField(allow_null=True)
    ceiling = serializers.CharField(allow_null=True)
    gap_is_share = serializers.BooleanField()
    by_segment = serializers.BooleanField()
    offline_measured = PairSideOut(allow_null=True)
    online_measured = PairSideOut(allow_null=True)
    shortfall = serializers.CharField(
        allow_null=True, help_text="By how much online is worse than offline; negative: it is better."
    )
    is_too_far = serializers.BooleanField(help_text="Whether that is more than `gap`.")
    sentence = serializers.CharField()
    segments = PairPartOut(many=True, help_text="Where each segment is compared.")


class PairsOut(serializers.Serializer[Any]):
    """All metric pairs of a project, by name."""

    items = MetricPairOut(many=True)


EXAMPLE = OpenApiExample(
    "Recall, with a gap",
    {"offline": "recall_test", "online": "recall_live", "gap": "0.05", "ceiling": "0.95"},
    request_only=True,
)


class MetricPairs(ApiView):
    @extend_schema(
        operation_id="list_metric_pairs",
        summary="List a project's metric pairs",
        description=f"A project has at most {rules.MOST}, so all are given at once.",
        responses=PairsOut,
    )
    def get(self, request: Request, key: str) -> Response:
        project = project_to_read(Actor.of(request), key)
        found = rules.compare(project.metric_pairs, project.measurements)
        return Response({"items": [_row(each) for each in found]})


class OneMetricPair(ApiView):
    @extend_schema(
        operation_id="read_metric_pair",
        summary="Read a metric pair",
        parameters=[NAME],
        responses=MetricPairOut,
    )
    def get(self, request: Request, key: str, name: str) -> Response:
        project = project_to_read(Actor.of(request), key)
        found = rules.compare(project.metric_pairs, project.measurements)
        named = [_row(each) for each in found if each.pair.name == name]
        if not named:
            raise Http404
        return Response(named[0])

    @extend_schema(
        operation_id="declare_metric_pair",
        summary="Declare a metric pair",
        description="Replaces the pair of this name; the same again changes nothing. What is left out is not "
        "known.",
        parameters=[NAME],
        request=PairIn,
        responses=MetricPairOut,
        examples=[EXAMPLE],
    )
    @etags.guarded
    def put(self, request: Request, key: str, name: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        permissions.require(actor, "project.edit", project)
        pair = MetricPair(name, **inputs.body(PairIn, request))
        try:
            metric_pairs.declare(project.pk, pair=pair, actor=actor)
        except Refused as refusal:
            raise inputs.as_errors(refusal, "metric_pair_refused", str) from refusal
        return Response(_shown(project, name))

    @extend_schema(
        operation_id="remove_metric_pair",
        summary="Remove a metric pair",
        description="Its measurements stay. One that is not there is no change.",
        parameters=[NAME],
        request=None,
        responses={204: None},
    )
    @etags.guarded
    def delete(self, request: Request, key: str, name: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        permissions.require(actor, "project.edit", project)
        metric_pairs.remove(project.pk, name=name, actor=actor)
        return Response(status=204)


def _shown(project: Project, name: str) -> dict[str, Any]:
    kept = Project.objects.values_list("metric_pairs", "measurements").get(pk=project.pk)
    return next(_row(each) for each in rules.compare(*kept) if each.pair.name == name)


def _row(found: Compared) -> dict[str, Any]:
    return {
        "name": found.pair.name,
        **dict.fromkeys(rules.TICKS, False),
        **found.pair.stored,
        **_sides(found),
        "sentence": found.sentence,
        "segments": [{"segment": part.segment, **_sides(part)} for part in found.parts],
    }


def _sides(found: Compared) -> dict[str, Any]:
    return {
        "offline_measured": _side(found.offline),
        "online_measured": _side(found.online),
        "shortfall": None if found.shortfall is None else measurements.number(found.shortfall),
        "is_too_far": found.is_too_far,
    }


def _side(found: Measurement | None) -> dict[str, Any] | None:
    return None if found is None else {"value": found.number, "measured_on": found.measured_on}
