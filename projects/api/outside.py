"""Questions to people outside about a blocker."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import outside as actions
from projects.actors import Actor
from projects.api import blocker_inputs, inputs, people
from projects.api.blockers import ID
from projects.api.idempotency import idempotent
from projects.api.inputs import Day, In
from projects.api.schema import parameter
from projects.api.views import ApiView
from projects.queries import blockers, outside
from projects.queries.outside import Asked
from projects.rules import outside as rules

STATES = [rules.OPEN, rules.ANSWERED, rules.CALLED_OFF, rules.EXPIRED, rules.OVER]


class AskOutsideIn(In):
    """Whom to ask, and what."""

    email = serializers.EmailField(max_length=254)
    name = serializers.CharField(max_length=rules.LONGEST_NAME, required=False, allow_blank=True)
    question = serializers.CharField(max_length=rules.LONGEST_QUESTION)


class OutsideRequestOut(serializers.Serializer[Any]):
    """One question; its link is in the mail and nowhere else."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.EmailField()
    question = serializers.CharField()
    state = serializers.ChoiceField(STATES)
    asked_by = people.PersonOut(allow_null=True)
    asked_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField()
    expected_on = Day(allow_null=True)


class OutsideRequestsOut(serializers.Serializer[Any]):
    """The latest questions, newest first."""

    items = OutsideRequestOut(many=True)


class OutsideRequests(ApiView):
    @extend_schema(
        operation_id="list_outside_requests",
        summary="List what people outside were asked",
        description="The latest twenty about a blocker.",
        parameters=[ID],
        responses=OutsideRequestsOut,
    )
    def get(self, request: Request, blocker_id: int) -> Response:
        actor = Actor.of(request)
        permissions.require_scope(actor, "project.view")
        blocker = blockers.known(blocker_id, actor)
        inputs.query(In, request)
        return Response({"items": [_row(asked) for asked in outside.of(blocker, timezone.now())]})

    @extend_schema(
        operation_id="ask_outside",
        summary="Ask somebody outside",
        description="They get a mail with a link that is open for 14 days; no account is needed to answer.",
        parameters=[ID],
        request=AskOutsideIn,
        responses={201: OutsideRequestOut},
        examples=[
            OpenApiExample(
                "A date",
                {"email": "ruth@example.org", "name": "Ruth", "question": "When can the review be done?"},
                request_only=True,
            )
        ],
    )
    @idempotent
    def post(self, request: Request, blocker_id: int) -> Response:
        actor = Actor.of(request)
        blocker = blockers.known(blocker_id, actor)
        permissions.require(actor, "blocker.edit", blocker.project)
        with blocker_inputs.what_was_said():
            row = actions.ask(blocker.pk, actor=actor, **inputs.body(AskOutsideIn, request))
        return Response(_row(Asked(row, rules.OPEN)), status=201)


class OneOutsideRequest(ApiView):
    @extend_schema(
        operation_id="call_off_outside",
        summary="Call a question off",
        description="Its link says so from now on; what is over already is no change.",
        parameters=[ID, parameter("request_id", "Id of the question.", place="path", kind=int)],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, blocker_id: int, request_id: int) -> Response:
        actor = Actor.of(request)
        blocker = blockers.known(blocker_id, actor)
        permissions.require(actor, "blocker.edit", blocker.project)
        asked = outside.one(request_id)
        if asked is None or asked.blocker_id != blocker.pk:
            raise Http404
        actions.call_off(request_id, actor=actor)
        return Response(status=204)


def _row(asked: Asked) -> dict[str, Any]:
    row = asked.request
    names = ("name", "email", "question", "asked_at", "expires_at", "answered_at", "answer", "expected_on")
    said = {name: getattr(row, name) for name in names}
    by = people.shape(row.asked_by) if row.asked_by else None
    return dict(OutsideRequestOut({"id": row.pk, "state": asked.state, "asked_by": by, **said}).data)
