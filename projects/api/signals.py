"""Signals: signs of life of what is live, declared once and reported by whatever sends them."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import signals
from projects.actors import Actor
from projects.api import etags, inputs
from projects.api.idempotency import idempotent
from projects.api.inputs import In
from projects.api.measurements import Number
from projects.api.schema import parameter
from projects.api.views import ApiView, project_for_write, project_to_read
from projects.errors import Refused
from projects.models import Project
from projects.queries import facts
from projects.rules import measurements
from projects.rules import signals as rules
from projects.rules.flag_facts import Signal
from projects.rules.signals import Limits

NAME = parameter("name", "Small letters, digits and _, such as nightly_predictions.", place="path")


def _limit(side: str) -> Number:
    meaning = f"A value of the metric of this name {side} this raises a flag, as text; null: none does."
    return Number(allow_null=True, default=None, help_text=meaning)


class SignalIn(In):
    """How often a signal comes."""

    every_days = serializers.IntegerField(
        min_value=1,
        max_value=rules.LONGEST_PERIOD,
        allow_null=True,
        default=None,
        help_text=f"Days between two sightings; null counts as {rules.USUAL_PERIOD_DAYS}.",
    )
    below = _limit("below")
    above = _limit("above")


class SignalOut(serializers.Serializer[Any]):
    """A signal and when it was last seen."""

    name = serializers.CharField()
    every_days = serializers.IntegerField(allow_null=True)
    declared_on = serializers.DateField()
    seen_on = serializers.DateField(allow_null=True, help_text="Null until it has been seen.")
    below = serializers.CharField(allow_null=True)
    above = serializers.CharField(allow_null=True)
    value = serializers.CharField(
        allow_null=True, help_text="The newest observation of the metric of this name."
    )
    is_beyond = serializers.BooleanField(help_text="The value is below `below` or above `above`.")
    is_silent = serializers.BooleanField(
        help_text=f"Not seen for longer than {rules.SILENT_PERIODS} of its periods."
    )


class SignalsOut(serializers.Serializer[Any]):
    """All signals of a project, by name."""

    items = SignalOut(many=True)


class Signals(ApiView):
    @extend_schema(
        operation_id="list_signals",
        summary="List a project's signals",
        description=f"A project has at most {rules.MOST}, so all are given at once.",
        responses=SignalsOut,
    )
    def get(self, request: Request, key: str) -> Response:
        project = project_to_read(Actor.of(request), key)
        return Response({"items": [_row(each, project) for each in rules.read(project.signals)]})


class OneSignal(ApiView):
    @extend_schema(
        operation_id="read_signal", summary="Read a signal", parameters=[NAME], responses=SignalOut
    )
    def get(self, request: Request, key: str, name: str) -> Response:
        project = project_to_read(Actor.of(request), key)
        found = [each for each in rules.read(project.signals) if each.name == name]
        if not found:
            raise Http404
        return Response(_row(found[0], project))

    @extend_schema(
        operation_id="declare_signal",
        summary="Declare a signal",
        description="The same again changes nothing; another period replaces the one that was said.",
        parameters=[NAME],
        request=SignalIn,
        responses=SignalOut,
        examples=[
            OpenApiExample("Comes every day", {"every_days": 1}, request_only=True),
            OpenApiExample("A metric of drift", {"every_days": 1, "above": "0.2"}, request_only=True),
        ],
    )
    @etags.guarded
    def put(self, request: Request, key: str, name: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        permissions.require(actor, "project.edit", project)
        said = inputs.body(SignalIn, request)
        try:
            limits = Limits(said.pop("below"), said.pop("above"))
            signal = signals.declare(project.pk, name=name, actor=actor, limits=limits, **said)
        except Refused as refusal:
            raise inputs.as_errors(refusal, "signal_refused", str) from refusal
        return Response(_row(signal, project))

    @extend_schema(
        operation_id="remove_signal",
        summary="Remove a signal",
        description="One that is not there is no change.",
        parameters=[NAME],
        request=None,
        responses={204: None},
    )
    @etags.guarded
    def delete(self, request: Request, key: str, name: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        permissions.require(actor, "project.edit", project)
        signals.remove(project.pk, name=name, actor=actor)
        return Response(status=204)


class Seen(ApiView):
    @extend_schema(
        operation_id="see_signal",
        summary="Report that a signal is alive",
        description="As often as you like: of one day the first report counts. A signal that nobody has "
        "declared is declared by it, without a period.",
        parameters=[NAME],
        request=None,
        responses=SignalOut,
    )
    @idempotent
    def post(self, request: Request, key: str, name: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        permissions.require(actor, "signal.report", project)
        inputs.body(In, request)
        try:
            signal = signals.see(project.pk, name=name, actor=actor)
        except Refused as refusal:
            raise inputs.as_errors(refusal, "signal_refused", str) from refusal
        return Response(_row(signal, project))


def _row(signal: Signal, project: Project) -> dict[str, Any]:
    numbers = {name: getattr(signal, name) for name in rules.NUMBERS}
    return {
        **signal._asdict(),
        **{name: None if said is None else measurements.number(said) for name, said in numbers.items()},
        "is_beyond": rules.is_beyond(signal),
        "is_silent": rules.is_silent(signal, facts.today(project)),
    }
