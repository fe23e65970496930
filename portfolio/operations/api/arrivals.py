"""Files of whole portfolios on their way in: uploaded, looked at, brought by the worker or discarded."""

from pathlib import Path
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.operations.actions import arrivals as actions
from portfolio.operations.models import FileState, PortfolioFile
from portfolio.operations.queries import portfolio_files as queries
from projects import permissions
from projects.actors import Actor
from projects.api import cursors, inputs
from projects.api.idempotency import idempotent
from projects.api.inputs import In
from projects.api.schema import parameter
from projects.api.views import ApiView

FOR = "For administrators of the installation who have signed in; a key gets 403."
ID = parameter("file_id", "Id of the file.", place="path", kind=int)
SLOW = "The worker does it: ask for the file until its state is another than `bringing`."
PLAIN = ("id", "file_name", "size", "state", "error", "remedy", "created_at", "settled_at")
SAID = ("name", "slug", "taken_at", "row_count", "rows", "files", "lost", "known", "new")
COLUMNS = (*PLAIN, "contents", *(f"run__{name}" for name in queries.OF_RUN))


class FileIn(In):
    """The file of a portfolio."""

    file = serializers.FileField(help_text="As an installation gave it out; at most PLIMSOLL_MAX_UPLOAD_MB.")


class ContentsOut(serializers.Serializer[Any]):
    """What the file says that it holds."""

    name = serializers.CharField()
    slug = serializers.CharField()
    taken_at = serializers.CharField()
    row_count = serializers.IntegerField()
    rows = serializers.DictField(child=serializers.IntegerField(), help_text="By kind of row.")
    files = serializers.IntegerField(help_text="Files of evidence.")
    lost = serializers.IntegerField(help_text="Files of evidence that were lost before it was taken out.")
    known = serializers.IntegerField(help_text="People of it who are here.")
    new = serializers.IntegerField(help_text="People of it who are not: each gets an account.")


class ProgressOut(serializers.Serializer[Any]):
    """How far the worker is with what it is doing."""

    is_begun = serializers.BooleanField(help_text="False: it waits for a worker.")
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    error = serializers.CharField(allow_blank=True, help_text="Why it is tried again.")


class ArrivalOut(serializers.Serializer[Any]):
    """The file of a whole portfolio on its way in."""

    id = serializers.IntegerField()
    file_name = serializers.CharField(allow_blank=True)
    size = serializers.IntegerField()
    state = serializers.ChoiceField(FileState.choices)
    contents = ContentsOut()
    progress = ProgressOut(allow_null=True, help_text="While it is being brought.")
    error = serializers.CharField(allow_blank=True)
    remedy = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)


class ArrivalPage(serializers.Serializer[Any]):
    """One part of the files, the newest first."""

    items = ArrivalOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class Arrivals(ApiView):
    takes_files = True
    largest_file = "MAX_UPLOAD_MB"
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="list_portfolio_files",
        summary="List files of whole portfolios",
        description=FOR,
        parameters=[cursors.PageQuery],
        responses=ArrivalPage,
    )
    def get(self, request: Request) -> Response:
        permissions.require(Actor.of(request), "portfolio.create")
        asked = inputs.query(cursors.PageQuery, request)
        return Response(cursors.page(PortfolioFile.objects.values(*COLUMNS), asked, _row, by="-id"))

    @extend_schema(
        operation_id="upload_portfolio_file",
        summary="Upload the file of a whole portfolio",
        description=f"The answer says what it would bring; nothing is changed until it is brought. {FOR}",
        request={"multipart/form-data": FileIn},
        responses={201: ArrivalOut},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        actor = Actor.of(request)
        permissions.require(actor, "portfolio.create")
        given = inputs.body(FileIn, request)["file"]
        place = Path(given.temporary_file_path())
        file = actions.upload(place, file_name=given.name, actor=actor)
        return _shown(file.pk, 201)


class OneArrival(ApiView):
    @extend_schema(
        operation_id="read_portfolio_file",
        summary="Read where the file of a whole portfolio stands",
        description=FOR,
        parameters=[ID],
        responses=ArrivalOut,
    )
    def get(self, request: Request, file_id: int) -> Response:
        _require(request, file_id)
        inputs.query(In, request)
        return _shown(file_id)


class Bring(ApiView):
    @extend_schema(
        operation_id="bring_portfolio_file",
        summary="Bring the portfolio of a file",
        description=f"All of it or nothing. Asked again it is no change; what failed begins anew. "
        f"{SLOW} {FOR}",
        parameters=[ID],
        request=None,
        responses={202: ArrivalOut},
    )
    @idempotent
    def post(self, request: Request, file_id: int) -> Response:
        _require(request, file_id)
        actions.bring(file_id, actor=Actor.of(request))
        return _shown(file_id, 202)


class DiscardFile(ApiView):
    @extend_schema(
        operation_id="discard_portfolio_file",
        summary="Discard the file of a whole portfolio",
        description=f"One that is brought or being brought is refused. Discarded already is no change. {FOR}",
        parameters=[ID],
        request=None,
        responses=ArrivalOut,
    )
    @idempotent
    def post(self, request: Request, file_id: int) -> Response:
        _require(request, file_id)
        actions.discard(file_id, actor=Actor.of(request))
        return _shown(file_id)


def _require(request: Request, file_id: int) -> None:
    """403 for whoever may not bring a portfolio, 404 where there is no such file."""
    permissions.require(Actor.of(request), "portfolio.create")
    if queries.one(file_id) is None:
        raise Http404


def _shown(file_id: int, status: int = 200) -> Response:
    row = _row(PortfolioFile.objects.values(*COLUMNS).get(pk=file_id))
    headers = {"Location": f"/api/v1/portfolio-files/{file_id}"} if status == 201 else {}
    return Response(row, status=status, headers=headers)


def _row(values: dict[str, Any]) -> dict[str, Any]:
    said = values["contents"]
    run = {name: values[f"run__{name}"] for name in queries.OF_RUN}
    is_brought_now = values["state"] == FileState.BRINGING
    return {
        **{name: values[name] for name in PLAIN},
        "contents": {name: said[name] for name in SAID},
        "progress": queries.step_of(said, run)._asdict() if is_brought_now else None,
    }
