"""Sign-offs: listed, asked for, and the inbox of whoever is asked."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import signoffs
from projects.actors import Actor
from projects.api import cursors, inputs, signoff_rows
from projects.api.idempotency import idempotent
from projects.api.schema import ObstacleOut, parameter
from projects.api.signoff_inputs import ASKING, AskIn, InboxQuery, SignOffQuery
from projects.api.signoff_rows import SignOffOut, SignOffPage, SignOffRow
from projects.api.views import ApiView, project_for_write, project_to_read
from projects.models import SignOff
from projects.queries import signatories, standings

LISTED = {
    "waiting": Q(decision="", withdrawn_at=None, superseded_at=None, attempt=F("project__attempt")),
    "decided": ~Q(decision="") & Q(withdrawn_at=None, superseded_at=None),
    "withdrawn": Q(withdrawn_at__isnull=False),
    "superseded": Q(superseded_at__isnull=False),
    "all": Q(),
}
ID = parameter("signoff_id", "Id of the sign-off.", place="path", kind=int)


class AskedOut(serializers.Serializer[Any]):
    """What came of asking."""

    made = SignOffRow(many=True, help_text="Requests that this call has made.")
    waiting = SignOffRow(many=True, help_text="All that wait now, these among them.")
    obstacles = ObstacleOut(many=True, help_text="Why other roles could not be asked.")


class ProjectSignOffs(ApiView):
    @extend_schema(
        operation_id="list_signoffs_of_project",
        summary="List a project's sign-offs",
        description="Every request there ever was, the newest first.",
        parameters=[SignOffQuery],
        responses=SignOffPage,
    )
    def get(self, request: Request, key: str) -> Response:
        project = project_to_read(Actor.of(request), key)
        asked = inputs.query(SignOffQuery, request)
        return _page(SignOff.objects.filter(LISTED[asked["state"]], project=project), asked)

    @extend_schema(
        operation_id="ask_for_signoffs",
        summary="Ask for the signatures of a gate",
        description="Freezes what is to be signed. 201 with the requests that were made; 200 when everybody "
        "had been asked already; 409 when nobody could be asked.",
        request=AskIn,
        responses={201: AskedOut, 200: AskedOut},
        examples=ASKING,
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        said = inputs.body(AskIn, request)
        found = signoffs.ask(
            project.pk, gate=said["gate"], only=said.get("roles"), note=said["note"], actor=actor
        )
        rows = {each.signoff.pk: each for each in standings.by_id([row.pk for row in found.waiting])}
        answer = {
            "made": [signoff_rows.row(rows[row.pk]) for row in found.made],
            "waiting": [signoff_rows.row(each) for each in rows.values()],
            "obstacles": [
                {name: getattr(each, name) for name in ("code", "message", "remedy", "field")}
                for each in found.obstacles
            ],
        }
        return Response(answer, status=201 if found.made else 200)


class Inbox(ApiView):
    @extend_schema(
        operation_id="list_signoffs",
        summary="List what waits for the caller",
        description="Requests on all projects that the caller may answer today, in their own right or as "
        "somebody's deputy, the oldest first. Nothing waits for a key.",
        parameters=[InboxQuery],
        responses=SignOffPage,
    )
    def get(self, request: Request) -> Response:
        actor = Actor.of(request)
        permissions.require_scope(actor, "project.view")
        asked = inputs.query(InboxQuery, request)
        rows = signatories.waiting_for(actor, timezone.localdate())
        if slug := asked.get("portfolio"):
            rows = rows.filter(project__portfolio__slug=slug)
        return _page(rows, asked, by="id")


class OneSignOff(ApiView):
    @extend_schema(
        operation_id="read_signoff", summary="Read a sign-off", parameters=[ID], responses=SignOffOut
    )
    def get(self, request: Request, signoff_id: int) -> Response:
        actor = Actor.of(request)
        signoff = known(actor, signoff_id)
        permissions.require(actor, "project.view", signoff.project)
        return shown(signoff.pk)


def known(actor: Actor, signoff_id: int) -> SignOff:
    """The request with its project; 404 for whoever may not know of it."""
    rows = standings.visible_to(actor).select_related("project__portfolio")
    found = rows.filter(pk=signoff_id).first()
    if found is None:
        raise Http404
    return found


def shown(signoff_id: int) -> Response:
    """One sign-off as an answer."""
    (found,) = standings.by_id([signoff_id])
    return Response(signoff_rows.whole(found))


def _page(rows: QuerySet[SignOff], asked: dict[str, Any], by: str = "-id") -> Response:
    """One part of a list: the places first, then all that is to be said of its rows at once."""
    chosen = {name: asked[name] for name in ("gate", "role") if name in asked}
    part = cursors.page(rows.filter(**chosen).values("id"), asked, lambda row: row, by=by)
    found = standings.by_id([row["id"] for row in part["items"]])
    return Response({**part, "items": [signoff_rows.row(each) for each in found]})
