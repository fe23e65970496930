"""What happens to a blocker: one address for each verb."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import blockers
from projects.actors import Actor
from projects.api import blocker_inputs, cursors, inputs, people
from projects.api.blocker_inputs import (
    AgreeIn,
    EscalateIn,
    ExtendIn,
    NoteIn,
    ReopenIn,
    ResolveIn,
    RespondIn,
    SetBackIn,
    ShareIn,
)
from projects.api.blocker_rows import BlockerOut
from projects.api.blockers import ID, shown
from projects.api.idempotency import idempotent
from projects.api.inputs import In
from projects.api.schema import example
from projects.api.views import ApiView
from projects.models import BlockerNote
from projects.queries import blockers as blocker_queries
from projects.queries import people as people_queries


class NoteOut(serializers.Serializer[Any]):
    """A line of a blocker's log; it is never edited."""

    id = serializers.IntegerField()
    text = serializers.CharField()
    by = people.PersonOut(allow_null=True)
    at = serializers.DateTimeField()


class NotePage(serializers.Serializer[Any]):
    """One part of a log, the newest line first."""

    items = NoteOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class Notes(ApiView):
    @extend_schema(
        operation_id="list_blocker_notes",
        summary="List a blocker's log",
        parameters=[ID, cursors.PageQuery],
        responses=NotePage,
    )
    def get(self, request: Request, blocker_id: int) -> Response:
        actor = Actor.of(request)
        permissions.require_scope(actor, "project.view")
        blocker = blocker_queries.known(blocker_id, actor)
        asked = inputs.query(cursors.PageQuery, request)
        rows = BlockerNote.objects.filter(blocker=blocker)
        return Response(
            cursors.page(rows.values("id", "text", "at", *people.columns("author")), asked, _note, by="-id")
        )

    @extend_schema(
        operation_id="note_blocker",
        summary="Write into a blocker's log",
        parameters=[ID],
        request=NoteIn,
        responses={201: NoteOut},
        examples=[
            OpenApiExample("A call", {"text": "They look at it on Monday."}, request_only=True),
        ],
    )
    @idempotent
    def post(self, request: Request, blocker_id: int) -> Response:
        actor = Actor.of(request)
        blocker = blocker_queries.known(blocker_id, actor)
        permissions.require(actor, "blocker.edit", blocker.project)
        with blocker_inputs.what_was_said():
            line = blockers.note(blocker.pk, actor=actor, **inputs.body(NoteIn, request))
        said = {"id": line.pk, "text": line.text, "at": line.at, "by": people.shape(actor.user)}
        return Response(said, status=201)


class Respond(ApiView):
    @extend_schema(
        operation_id="respond_to_blocker",
        summary="Note the first response",
        description="A second one is no change.",
        parameters=[ID],
        request=RespondIn,
        responses=BlockerOut,
        examples=[example("On it", {"on": "2026-11-19"})],
    )
    @idempotent
    def post(self, request: Request, blocker_id: int) -> Response:
        return _done(request, blocker_id, blockers.respond, RespondIn)


class Escalate(ApiView):
    @extend_schema(
        operation_id="escalate_blocker",
        summary="Take a blocker to a higher level",
        description="Its clock does not repeat the steps up to there.",
        parameters=[ID],
        request=EscalateIn,
        responses=BlockerOut,
        examples=[OpenApiExample("To the sponsor", {"to": 2}, request_only=True)],
    )
    @idempotent
    def post(self, request: Request, blocker_id: int) -> Response:
        return _done(request, blocker_id, blockers.escalate, EscalateIn)


class SetBack(ApiView):
    @extend_schema(
        operation_id="set_back_blocker",
        summary="Give a blocker back to a lower level",
        description="By who holds its level only; it rises again with the next step.",
        parameters=[ID],
        request=SetBackIn,
        responses=BlockerOut,
        examples=[example("To the owner", {"to": 1})],
    )
    @idempotent
    def post(self, request: Request, blocker_id: int) -> Response:
        return _done(request, blocker_id, blockers.set_back, SetBackIn)


class Extend(ApiView):
    @extend_schema(
        operation_id="extend_blocker",
        summary="Set a later deadline",
        description="By the sponsor or the board only; the steps to come keep their distance from it.",
        parameters=[ID],
        request=ExtendIn,
        responses=BlockerOut,
        examples=[OpenApiExample("In the new year", {"due_on": "2027-01-15"}, request_only=True)],
    )
    @idempotent
    def post(self, request: Request, blocker_id: int) -> Response:
        return _done(request, blocker_id, blockers.extend, ExtendIn)


class Resolve(ApiView):
    @extend_schema(
        operation_id="resolve_blocker",
        summary="Resolve a blocker",
        description="Accepting a critical one needs the sponsor and the portfolio manager to agree first. "
        "Resolved in the same way already is no change.",
        parameters=[ID],
        request=ResolveIn,
        responses=BlockerOut,
        examples=[
            OpenApiExample(
                "Solved", {"resolution": "solved", "note": "The review is on 3 December."}, request_only=True
            )
        ],
    )
    @idempotent
    def post(self, request: Request, blocker_id: int) -> Response:
        return _done(request, blocker_id, blockers.resolve, ResolveIn)


class Agree(ApiView):
    @extend_schema(
        operation_id="agree_to_accept_blocker",
        summary="Agree to accept a critical blocker",
        description="Each by a person who stands for the role; two different people.",
        parameters=[ID],
        request=AgreeIn,
        responses=BlockerOut,
        examples=[OpenApiExample("As the sponsor", {"role": "SP"}, request_only=True)],
    )
    @idempotent
    def post(self, request: Request, blocker_id: int) -> Response:
        return _done(request, blocker_id, blockers.agree, AgreeIn)


class Reopen(ApiView):
    @extend_schema(
        operation_id="reopen_blocker",
        summary="Open a blocker again",
        description="Within 14 days it goes on from its first start, later it begins anew.",
        parameters=[ID],
        request=ReopenIn,
        responses=BlockerOut,
        examples=[
            OpenApiExample("It came back", {"reason": "The review was called off."}, request_only=True)
        ],
    )
    @idempotent
    def post(self, request: Request, blocker_id: int) -> Response:
        return _done(request, blocker_id, blockers.reopen, ReopenIn)


class Share(ApiView):
    @extend_schema(
        operation_id="share_blocker",
        summary="Make a blocker one of the portfolio",
        description="It stops three projects or more. Also gives a portfolio blocker another owner.",
        parameters=[ID],
        request=ShareIn,
        responses=BlockerOut,
        examples=[OpenApiExample("With an owner", {"owner": "board@example.org"}, request_only=True)],
    )
    @idempotent
    def post(self, request: Request, blocker_id: int) -> Response:
        return _done(request, blocker_id, _share, ShareIn, ability="blocker.share")


class Unshare(ApiView):
    @extend_schema(
        operation_id="unshare_blocker",
        summary="Give a portfolio blocker back to its project",
        description="Once it stops fewer than three projects.",
        parameters=[ID],
        request=None,
        responses=BlockerOut,
    )
    @idempotent
    def post(self, request: Request, blocker_id: int) -> Response:
        return _done(request, blocker_id, blockers.unshare, In, ability="blocker.share")


VERBS: dict[str, type[ApiView]] = {
    "notes": Notes,
    "respond": Respond,
    "escalate": Escalate,
    "set-back": SetBack,
    "extend": Extend,
    "resolve": Resolve,
    "agree": Agree,
    "reopen": Reopen,
    "share": Share,
    "unshare": Unshare,
}


def _done(
    request: Request,
    blocker_id: int,
    act: Callable[..., Any],
    body: type[In],
    *,
    ability: str = "blocker.edit",
) -> Response:
    """Do one of the verbs with what the body says."""
    actor = Actor.of(request)
    blocker = blocker_queries.known(blocker_id, actor)
    permissions.require(actor, ability, blocker.project)
    said = inputs.body(body, request)
    if said.get("owner"):
        said["owner"] = people.named(said["owner"], people_queries.who_may_see(blocker.project), "owner")
    with blocker_inputs.what_was_said():
        act(blocker.pk, actor=actor, **said)
    return shown(blocker.pk, actor)


def _share(blocker_id: int, *, actor: Actor, owner: Any = None) -> None:
    blockers.share(blocker_id, owner=owner, actor=actor)


def _note(values: dict[str, Any]) -> dict[str, Any]:
    shown_of = {name: values[name] for name in ("id", "text", "at")}
    return shown_of | {"by": people.of(values, "author")}
