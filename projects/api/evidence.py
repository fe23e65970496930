"""Evidence: listed, brought from pipelines as a file or a link, replaced, removed, attached, downloaded."""

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import evidence as actions
from projects.actors import Actor
from projects.api import cursors, etags, evidence_rows, inputs, problems
from projects.api.evidence_inputs import (
    LINK,
    EvidenceFileIn,
    EvidenceLinkIn,
    EvidenceQuery,
    PlaceIn,
    VersionFileIn,
    VersionLinkIn,
)
from projects.api.evidence_rows import EvidenceOut, EvidencePage, VersionPage
from projects.api.idempotency import idempotent
from projects.api.parsers import StrictJSON
from projects.api.schema import Problem, example, parameter
from projects.api.views import ApiView, is_form, project_for_write, project_to_read
from projects.models import Evidence, EvidenceVersion, Project
from projects.models.evidence import Form
from projects.queries import evidence as queries
from projects.transfers import served

ID = parameter("evidence_id", "Id of the item.", place="path", kind=int)
NUMBER = parameter("number", "Number of the version.", place="path", kind=int)


class FileView(ApiView):
    """Takes JSON, and forms with a file."""

    takes_files = True
    parser_classes = [StrictJSON, MultiPartParser]


class ProjectEvidence(FileView):
    @extend_schema(
        operation_id="list_evidence",
        summary="List a project's evidence",
        description="What counts now; removed items are left out.",
        parameters=[EvidenceQuery],
        responses=EvidencePage,
    )
    def get(self, request: Request, key: str) -> Response:
        project = project_to_read(Actor.of(request), key)
        asked = inputs.query(EvidenceQuery, request)
        rows = queries.present_rows(project).select_related(None)
        if asked["kind"]:
            rows = rows.filter(evidence__kind=asked["kind"])
        found = cursors.page(rows.values(*evidence_rows.COLUMNS), asked, dict)
        return Response({**found, "items": evidence_rows.items(found["items"])})

    @extend_schema(
        operation_id="add_evidence",
        summary="Add evidence",
        description="A file in a form, or an address as JSON. The same content under the same kind and title "
        "again changes nothing and answers 200 with what is there.",
        request={"multipart/form-data": EvidenceFileIn, "application/json": EvidenceLinkIn},
        responses={201: EvidenceOut, 200: EvidenceOut},
        examples=[LINK],
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        permissions.require(actor, "evidence.edit", project)
        said = inputs.body(EvidenceFileIn if is_form(request) else EvidenceLinkIn, request)
        said["attach"] = [_place(each) for each in said.get("attach", [])]
        return _made(actions.add(project.pk, actor=actor, **said))


class OneItem(ApiView):
    def held(self, **names: Any) -> QuerySet[Project]:
        return Project.objects.filter(evidence__pk=names["evidence_id"])

    @extend_schema(
        operation_id="read_evidence", summary="Read evidence", parameters=[ID], responses=EvidenceOut
    )
    def get(self, request: Request, evidence_id: int) -> Response:
        return Response(evidence_rows.one(_to_read(request, evidence_id).pk))

    @extend_schema(
        operation_id="remove_evidence",
        summary="Remove evidence",
        description="It counts no longer, and can be brought back.",
        parameters=[ID],
        request=None,
        responses={204: None},
    )
    @etags.guarded
    def delete(self, request: Request, evidence_id: int) -> Response:
        actions.remove(_one(request, evidence_id).pk, actor=Actor.of(request))
        return Response(status=204)


class Restore(ApiView):
    @extend_schema(
        operation_id="restore_evidence",
        summary="Bring removed evidence back",
        parameters=[ID],
        request=None,
        responses=EvidenceOut,
    )
    @idempotent
    def post(self, request: Request, evidence_id: int) -> Response:
        item = actions.restore(_one(request, evidence_id).pk, actor=Actor.of(request))
        return Response(evidence_rows.one(item.pk))


class Versions(FileView):
    @extend_schema(
        operation_id="list_evidence_versions",
        summary="List the versions of evidence",
        parameters=[ID, cursors.PageQuery],
        responses=VersionPage,
    )
    def get(self, request: Request, evidence_id: int) -> Response:
        item = _to_read(request, evidence_id)
        asked = inputs.query(cursors.PageQuery, request)
        rows = EvidenceVersion.objects.filter(evidence=item).values(*evidence_rows.OF_A_VERSION)
        return Response(cursors.page(rows, asked, evidence_rows.version, by="-id"))

    @extend_schema(
        operation_id="replace_evidence",
        summary="Replace evidence by a newer version",
        description="The old version stays readable; signatures on it fall away. The same content of the "
        "same day changes nothing and answers 200.",
        parameters=[ID],
        request={"multipart/form-data": VersionFileIn, "application/json": VersionLinkIn},
        responses={201: EvidenceOut, 200: EvidenceOut},
        examples=[example("The next run", {"url": "https://ci.example.org/runs/4183"})],
    )
    @idempotent
    def post(self, request: Request, evidence_id: int) -> Response:
        actor, item = Actor.of(request), _one(request, evidence_id)
        permissions.require(actor, "evidence.edit", item.project)
        said = inputs.body(VersionFileIn if is_form(request) else VersionLinkIn, request)
        return _made(actions.replace(item.pk, actor=actor, **said))


class File(ApiView):
    @extend_schema(
        operation_id="download_evidence",
        summary="Download a version's file",
        parameters=[ID, NUMBER],
        responses={(200, "*/*"): OpenApiTypes.BINARY, (410, "application/problem+json"): Problem},
    )
    def get(self, request: Request, evidence_id: int, number: int) -> FileResponse:
        item = _to_read(request, evidence_id)
        version = item.versions.filter(number=number, form=Form.FILE).first()
        if version is None:
            raise Http404
        try:
            answer = served(version)
        except FileNotFoundError as error:
            raise problems.FileLost from error
        answer["ETag"] = f'"{version.sha256[:32]}"'
        return answer


class Attach(ApiView):
    @extend_schema(
        operation_id="attach_evidence",
        summary="Attach evidence",
        description="Says that an answer, a criterion or a sign-off rests on it; again is no change.",
        parameters=[ID],
        request=PlaceIn,
        responses=EvidenceOut,
        examples=[example("To an answer", {"place": "answer:DQ5"})],
    )
    @idempotent
    def post(self, request: Request, evidence_id: int) -> Response:
        return _placed(request, evidence_id, actions.attach)


class Detach(ApiView):
    @extend_schema(
        operation_id="detach_evidence",
        summary="Detach evidence",
        parameters=[ID],
        request=PlaceIn,
        responses=EvidenceOut,
        examples=[example("From an answer", {"place": "answer:DQ5"})],
    )
    @idempotent
    def post(self, request: Request, evidence_id: int) -> Response:
        return _placed(request, evidence_id, actions.detach)


def _placed(request: Request, evidence_id: int, action: Any) -> Response:
    actor, item = Actor.of(request), _one(request, evidence_id)
    permissions.require(actor, "evidence.edit", item.project)
    place, ref = _place(inputs.body(PlaceIn, request)["place"])
    action(item.pk, place=place, ref=ref, actor=actor)
    return Response(evidence_rows.one(item.pk))


def _one(request: Request, evidence_id: int) -> Evidence:
    """The item with its project; 404 for whoever may not know of it."""
    rows: QuerySet[Evidence] = queries.visible_to(Actor.of(request)).select_related("project__portfolio")
    found = rows.filter(pk=evidence_id).first()
    if found is None:
        raise Http404
    return found


def _to_read(request: Request, evidence_id: int) -> Evidence:
    item = _one(request, evidence_id)
    permissions.require(Actor.of(request), "project.view", item.project)
    return item


def _made(version: EvidenceVersion) -> Response:
    """201 for what is new, 200 for what was there already."""
    headers = {"Location": f"/api/v1/evidence/{version.evidence_id}"} if version.is_new else {}
    shown = evidence_rows.one(version.evidence_id)
    return Response(shown, status=201 if version.is_new else 200, headers=headers)


def _place(text: str) -> tuple[str, str]:
    place, _, ref = text.strip().partition(":")
    return place, ref
