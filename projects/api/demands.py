"""Whom a project needs, by kind of work."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import demands
from projects.actors import Actor
from projects.api import inputs
from projects.api.idempotency import idempotent
from projects.api.inputs import Day, In
from projects.api.schema import parameter
from projects.api.views import ApiView, project_for_write, project_to_read
from projects.models import Project
from projects.queries import capacities
from projects.rules.capacities import LONGEST_NAME


class DemandIn(In):
    """How many people of a kind of work, and from when until when."""

    capability = serializers.CharField(max_length=LONGEST_NAME, help_text="Name of the kind of work.")
    fte = serializers.DecimalField(6, 2, min_value=0, help_text="Full-time people.")
    from_on = Day(allow_null=True, default=None, help_text="Null: since always.")
    until_on = Day(allow_null=True, default=None, help_text="The last day; null: until it is live.")


class DemandOut(serializers.Serializer[Any]):
    """Whom a project needs of one kind of work."""

    capability_id = serializers.IntegerField()
    capability = serializers.CharField(help_text="Name of the kind of work.")
    fte = serializers.DecimalField(6, 2, help_text="As text.")
    from_on = serializers.DateField(allow_null=True)
    until_on = serializers.DateField(allow_null=True)


class DemandsOut(serializers.Serializer[Any]):
    """Everybody whom a project needs."""

    capacity_fte = serializers.DecimalField(
        6, 2, allow_null=True, help_text="People at work today: the sum, or what was entered as one number."
    )
    items = DemandOut(many=True)


EXAMPLE = OpenApiExample(
    "Half a person for half a year",
    {"capability": "Data engineer", "fte": "0.5", "from_on": "2027-01-01", "until_on": "2027-06-30"},
    request_only=True,
)


class ProjectDemands(ApiView):
    @extend_schema(operation_id="list_demands", summary="List whom a project needs", responses=DemandsOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(_all(project_to_read(Actor.of(request), key)))

    @extend_schema(
        operation_id="state_demand",
        summary="Say whom a project needs",
        description="Replaces what was said of this kind of work; `capacity_fte` of the project follows.",
        request=DemandIn,
        responses={201: DemandsOut, 200: DemandsOut},
        examples=[EXAMPLE],
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        permissions.require(actor, "project.edit", project)
        said = inputs.body(DemandIn, request)
        before = {row.pk for row in capacities.of_project(project)}
        row = demands.state(project.pk, actor=actor, **said)
        return Response(_all(project), status=200 if row.pk in before else 201)


class OneDemand(ApiView):
    @extend_schema(
        operation_id="remove_demand",
        summary="Say that a project does not need a kind of work",
        description="Not stated is no change.",
        parameters=[parameter("capability_id", "Id of the kind of work.", place="path", kind=int)],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, key: str, capability_id: int) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        permissions.require(actor, "project.edit", project)
        kind = capacities.of_id(project.portfolio_id, capability_id)
        if kind is None:
            raise Http404
        demands.remove(project.pk, capability=kind.name, actor=actor)
        return Response(status=204)


def _all(project: Project) -> dict[str, Any]:
    rows = [
        {
            "capability_id": row.capability_id,
            "capability": row.capability.name,
            "fte": row.fte,
            "from_on": row.from_on,
            "until_on": row.until_on,
        }
        for row in capacities.of_project(project)
    ]
    at_work = Project.objects.values_list("capacity_fte", flat=True).get(pk=project.pk)
    return dict(DemandsOut({"capacity_fte": at_work, "items": rows}).data)
