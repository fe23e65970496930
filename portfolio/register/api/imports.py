"""Imports: a file comes in, is checked by the worker, and is applied or discarded."""

from pathlib import Path
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.register.actions import imports as actions
from portfolio.register.imports.planning import OUTCOMES
from portfolio.register.imports.profile_files import BadProfile
from portfolio.register.models import ImportRun, RunState
from portfolio.register.queries import imports as queries
from projects import permissions
from projects.actors import Actor
from projects.api import cursors, inputs, people
from projects.api.idempotency import idempotent
from projects.api.inputs import Choice, In
from projects.api.schema import parameter
from projects.api.views import ApiView
from projects.models import Portfolio

ID = parameter("run_id", "Id of the import.", place="path", kind=int)
SLOW = "The worker does it: ask for the import until its state is another."


class ImportIn(In):
    """A file, and how it is read."""

    portfolio = serializers.SlugField(max_length=60)
    profile = serializers.SlugField(max_length=60, help_text="Name of an import profile.")
    file = serializers.FileField(help_text="CSV, TSV or XLSX, of at most PLIMSOLL_MAX_UPLOAD_MB.")


class ImportQuery(cursors.PageQuery):
    """Which imports."""

    state = Choice(RunState.choices, required=False)


class LineQuery(cursors.PageQuery):
    """Which lines."""

    outcome = Choice(OUTCOMES, required=False)
    problems = serializers.BooleanField(default=False, help_text="Only lines with something to look at.")


class ImportOut(serializers.Serializer[Any]):
    """An import; the counts are of lines by what becomes of them."""

    id = serializers.IntegerField()
    portfolio = serializers.CharField()
    profile = serializers.CharField()
    file_name = serializers.CharField()
    state = serializers.ChoiceField(RunState.choices)
    done = serializers.IntegerField(help_text="Lines that the worker has done of what it is doing.")
    total = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())
    error = serializers.CharField(allow_blank=True)
    remedy = serializers.CharField(allow_blank=True)
    by = people.PersonOut(allow_null=True)
    created_at = serializers.DateTimeField()
    checked_at = serializers.DateTimeField(allow_null=True)
    applied_at = serializers.DateTimeField(allow_null=True)


class ImportPage(serializers.Serializer[Any]):
    """One part of the imports."""

    items = ImportOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class LineOut(serializers.Serializer[Any]):
    """What becomes, or became, of one line of the file."""

    row = serializers.IntegerField()
    outcome = serializers.ChoiceField(OUTCOMES)
    project = serializers.CharField(allow_null=True)
    name = serializers.CharField(allow_blank=True)
    changes = serializers.DictField(help_text="Field: what it says now, what it would say.")
    stage = serializers.DictField()
    problems = serializers.ListField(child=serializers.DictField())


class LinePage(serializers.Serializer[Any]):
    """One part of the lines, in the order of the file."""

    items = LineOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class Imports(ApiView):
    takes_files = True
    largest_file = "MAX_UPLOAD_MB"
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="list_imports", summary="List imports", parameters=[ImportQuery], responses=ImportPage
    )
    def get(self, request: Request) -> Response:
        actor = Actor.of(request)
        permissions.require_scope(actor, "import.run")
        asked = inputs.query(ImportQuery, request)
        rows = ImportRun.objects.filter(portfolio__in=queries.importable(actor))
        if "state" in asked:
            rows = rows.filter(state=asked["state"])
        return Response(cursors.page(rows.values(*COLUMNS), asked, _row, by="-id"))

    @extend_schema(
        operation_id="upload_import",
        summary="Upload a file to import",
        description=f"It is checked first; nothing is changed until it is applied. {SLOW}",
        request={"multipart/form-data": ImportIn},
        responses={201: ImportOut},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        actor = Actor.of(request)
        said = inputs.body(ImportIn, request)
        portfolio = Portfolio.objects.visible_to(actor).filter(slug=said["portfolio"]).first()
        if portfolio is None:
            raise ValidationError({"portfolio": ["There is no such portfolio, or you may not see it."]})
        file = said["file"]
        place = Path(file.temporary_file_path())
        try:
            run = actions.upload(
                portfolio.pk, profile=said["profile"], file=place, file_name=file.name, actor=actor
            )
        except BadProfile as bad:
            raise ValidationError({"profile": ["This profile cannot be used.", *bad.problems]}) from None
        return _shown(run.pk, status=201)


class OneImport(ApiView):
    @extend_schema(operation_id="read_import", summary="Read an import", parameters=[ID], responses=ImportOut)
    def get(self, request: Request, run_id: int) -> Response:
        run = _one(request, run_id)
        inputs.query(In, request)
        return _shown(run.pk)


class Lines(ApiView):
    @extend_schema(
        operation_id="list_import_lines",
        summary="Read the report of an import",
        parameters=[ID, LineQuery],
        responses=LinePage,
    )
    def get(self, request: Request, run_id: int) -> Response:
        run = _one(request, run_id)
        asked = inputs.query(LineQuery, request)
        rows = queries.lines(run, outcome=asked.get("outcome", ""), only_problems=asked["problems"])
        shown = rows.values("id", "project__key", *LINE)
        return Response(cursors.page(shown, asked, _line))


class Apply(ApiView):
    @extend_schema(
        operation_id="apply_import",
        summary="Apply an import",
        description=f"What the check announced is written. Applied already is no change. {SLOW}",
        parameters=[ID],
        request=None,
        responses={202: ImportOut},
    )
    @idempotent
    def post(self, request: Request, run_id: int) -> Response:
        run = actions.apply(_one(request, run_id).pk, actor=Actor.of(request))
        return _shown(run.pk, status=202)


class Discard(ApiView):
    @extend_schema(
        operation_id="discard_import",
        summary="Discard an import",
        description="The file goes, the report stays. Discarded already is no change.",
        parameters=[ID],
        request=None,
        responses=ImportOut,
    )
    @idempotent
    def post(self, request: Request, run_id: int) -> Response:
        return _shown(actions.discard(_one(request, run_id).pk, actor=Actor.of(request)).pk)


PLAIN = ("file_name", "state", "done", "total", "counts", "error", "remedy")
TIMES = ("created_at", "checked_at", "applied_at")
COLUMNS = ("id", "portfolio__slug", "profile_name", *PLAIN, *TIMES, *people.columns("requested_by"))
LINE = ("row", "outcome", "name", "changes", "stage", "problems")


def _one(request: Request, run_id: int) -> ImportRun:
    """404 for whoever may not know of its portfolio, 403 for whoever may not import there."""
    actor = Actor.of(request)
    try:
        run = queries.run(actor, run_id)
    except ImportRun.DoesNotExist:
        raise Http404 from None
    queries.require_import(actor, run)
    return run


def _shown(run_id: int, status: int = 200) -> Response:
    row = _row(ImportRun.objects.values(*COLUMNS).get(pk=run_id))
    headers = {"Location": f"/api/v1/imports/{run_id}"} if status == 201 else {}
    return Response(row, status=status, headers=headers)


def _row(values: dict[str, Any]) -> dict[str, Any]:
    shown = {"id": values["id"], "portfolio": values["portfolio__slug"], "profile": values["profile_name"]}
    who = {"by": people.of(values, "requested_by")}
    return shown | {name: values[name] for name in (*PLAIN, *TIMES)} | who


def _line(values: dict[str, Any]) -> dict[str, Any]:
    return {"project": values["project__key"], **{name: values[name] for name in LINE}}
