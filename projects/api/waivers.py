"""Waivers: leave to skip stages, asked for by one person and signed by another."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import waivers as actions
from projects.actors import Actor
from projects.api import inputs, people
from projects.api.idempotency import idempotent
from projects.api.inputs import Choice, Day, In
from projects.api.schema import parameter
from projects.api.views import ApiView, project_for_write, project_to_read
from projects.errors import NotAllowed
from projects.models import Project, Waiver
from projects.queries import waivers as queries

STATES = {
    queries.WAITS: "waiting",
    queries.IN_FORCE: "in_force",
    queries.USED: "used",
    queries.EXPIRED: "expired",
}


class WaiverIn(In):
    """Where to, why, and until when."""

    to = serializers.CharField(max_length=40, help_text="Code of a later stage.")
    reason = serializers.CharField(max_length=2000, help_text="It is shown on the project for ever.")
    expires_on = Day(help_text="The last day on which it holds.")
    signs_as = Choice(
        ["SP", "PM"], required=False, help_text="As sponsor or as portfolio manager, for whoever is both."
    )


class WaiverOut(serializers.Serializer[Any]):
    """A waiver with its two signatures."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(list(STATES.values()))
    from_stage = serializers.CharField()
    to_stage = serializers.CharField()
    gates = serializers.ListField(child=serializers.CharField(), help_text="Gates that it passes over.")
    reason = serializers.CharField()
    expires_on = serializers.DateField()
    manager = people.PersonOut(allow_null=True)
    sponsor = people.PersonOut(allow_null=True)
    created_at = serializers.DateTimeField()
    signed_at = serializers.DateTimeField(allow_null=True, help_text="When the second signature was given.")
    used_at = serializers.DateTimeField(allow_null=True)


class WaiversOut(serializers.Serializer[Any]):
    """Every waiver that a project ever had, newest first."""

    items = WaiverOut(many=True)


EXAMPLE = OpenApiExample(
    "Straight to a pilot",
    {"to": "pilot", "reason": "A copy of a model in use.", "expires_on": "2099-03-31", "signs_as": "PM"},
    request_only=True,
)


class Waivers(ApiView):
    @extend_schema(operation_id="list_waivers", summary="List a project's waivers", responses=WaiversOut)
    def get(self, request: Request, key: str) -> Response:
        project = project_to_read(Actor.of(request), key)
        inputs.query(In, request)
        return Response({"items": [_row(each) for each in queries.listed(_whole(project))]})

    @extend_schema(
        operation_id="ask_for_waiver",
        summary="Ask for a waiver",
        description="Asking is the first of the two signatures. People only: a key gets 403.",
        request=WaiverIn,
        responses={201: WaiverOut},
        examples=[EXAMPLE],
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        actor = _person(request)
        project = project_for_write(actor, key)
        permissions.require(actor, "waiver.sign", project)
        waiver = actions.ask(project.pk, actor=actor, **inputs.body(WaiverIn, request))
        return _shown(project, waiver, status=201)


class Signature(ApiView):
    @extend_schema(
        operation_id="sign_waiver",
        summary="Sign a waiver",
        description="The second signature, by the other of sponsor and manager; it holds from now on. "
        "Signed already is no change. People only: a key gets 403.",
        parameters=[parameter("waiver_id", "Id of the waiver.", place="path", kind=int)],
        request=None,
        responses=WaiverOut,
    )
    @idempotent
    def post(self, request: Request, key: str, waiver_id: int) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        if not Waiver.objects.filter(pk=waiver_id, project=project).exists():
            raise Http404
        return _shown(project, actions.sign(waiver_id, actor=_person(request)))


def _person(request: Request) -> Actor:
    actor = Actor.of(request)
    if actor.is_machine:
        raise NotAllowed("A waiver is signed by people. A key can neither ask for one nor sign it.")
    return actor


def _whole(project: Project) -> Project:
    return Project.objects.select_related("portfolio").get(pk=project.pk)


def _shown(project: Project, waiver: Waiver, status: int = 200) -> Response:
    row = next(each for each in queries.listed(_whole(project)) if each.row.pk == waiver.pk)
    return Response(_row(row), status=status)


def _row(shown: queries.Shown) -> dict[str, Any]:
    row = shown.row
    names = ("from_stage", "to_stage", "gates", "reason", "expires_on", "created_at", "signed_at", "used_at")
    who = {"manager": people.shape(row.manager), "sponsor": people.shape(row.sponsor)}
    said = {"id": row.pk, "state": STATES[shown.state], **{name: getattr(row, name) for name in names}}
    return dict(WaiverOut(said | who).data)
