"""Checklists of readiness: a pipeline can fill in what it has checked."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import checklists
from projects.actors import Actor
from projects.api import etags, inputs, people
from projects.api.inputs import In
from projects.api.schema import parameter
from projects.api.views import ApiView, project_for_write, project_to_read
from projects.errors import Refused
from projects.models import Project
from projects.queries import checklists as checklist_queries
from projects.queries.checklists import Filled
from projects.rules import checklists as rules

POINTS = sorted({str(choice.value) for each in rules.shipped().values() for choice in each.choices})
NAME = parameter("name", f"One of {', '.join(rules.shipped())}.", place="path")


class PointsIn(In):
    """Points of items; what is not named stays as it is."""

    points = serializers.DictField(
        child=serializers.CharField(max_length=12, allow_null=True),
        allow_empty=False,
        help_text="Code of an item, such as C1, with 0, 0.5 or 1 (an audit: 0 to 5); null takes them away.",
    )


class ItemOut(serializers.Serializer[Any]):
    """One item; null while nobody has filled it in, which counts as 0."""

    code = serializers.CharField()
    section = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    text = serializers.CharField()
    points = serializers.ChoiceField(POINTS, allow_null=True)


class FilledOut(serializers.Serializer[Any]):
    """A checklist with a project's points."""

    project = serializers.CharField()
    checklist = serializers.CharField()
    score = serializers.CharField(
        allow_null=True, help_text="The sum, or that of the weakest section; null while nothing is filled in."
    )
    most = serializers.IntegerField(help_text="The highest score that can be had.")
    band = serializers.CharField(allow_blank=True, help_text="The name of the score, where there is one.")
    sections = serializers.DictField(child=serializers.CharField(), help_text="Points of each section.")
    unfilled = serializers.ListField(
        child=serializers.CharField(), help_text="Codes of items without points."
    )
    filled_at = serializers.DateTimeField(allow_null=True)
    filled_by = people.PersonOut(allow_null=True)
    items = ItemOut(many=True)


class Checklist(ApiView):
    @extend_schema(
        operation_id="read_checklist",
        summary="Read a project's checklist",
        parameters=[NAME],
        responses=FilledOut,
    )
    def get(self, request: Request, key: str, name: str) -> Response:
        project = project_to_read(Actor.of(request), key)
        _known(name)
        return _shown(project, name)

    @extend_schema(
        operation_id="fill_checklist",
        summary="Fill in a project's checklist",
        description="The same again changes nothing; what is not named stays. An item that the list does not "
        "have, or points that there are not: 400, and nothing is stored.",
        parameters=[NAME],
        request=PointsIn,
        responses=FilledOut,
        examples=[
            OpenApiExample("A build checks two", {"points": {"C1": "1", "C8": "0.5"}}, request_only=True)
        ],
    )
    @etags.guarded
    def put(self, request: Request, key: str, name: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        permissions.require(actor, "answer.give", project)
        _known(name)
        said = inputs.body(PointsIn, request)
        try:
            project = checklists.fill(project.pk, checklist=name, points=said["points"], actor=actor)
        except Refused as refusal:
            raise inputs.as_errors(refusal, "checklist_refused", _place) from refusal
        return _shown(project, name)


def _place(field: str) -> str:
    """Where in the body an item stands: "points.C1" for "checklist.production.C1"."""
    return f"points.{field.rpartition('.')[2]}"


def _known(name: str) -> None:
    if name not in rules.shipped():
        raise Http404


def _shown(project: Project, name: str) -> Response:
    found = checklist_queries.of(project, name)
    assert found  # noqa: S101 - the name is known
    return Response(_row(project, found, checklist_queries.last_filled(project, name)))


def _row(project: Project, found: Filled, last: checklist_queries.LastFilled | None) -> dict[str, Any]:
    return {
        "project": project.key,
        "checklist": found.checklist.code,
        "score": None if found.score is None else str(found.score),
        "most": found.checklist.most,
        "band": found.band,
        "sections": {code: str(total) for code, total in found.totals.items()},
        "unfilled": [item.code for item in found.unfilled],
        "filled_at": last and last.at,
        "filled_by": people.shape(last.person) if last else None,
        "items": [
            {
                "code": item.code,
                "section": section.code,
                "label": item.label,
                "text": item.text,
                "points": str(found.points[item.code]) if item.code in found.points else None,
            }
            for section in found.checklist.sections
            for item in section.items
        ],
    }
