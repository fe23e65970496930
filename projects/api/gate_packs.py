"""The pack of a gate as PDF, for archives."""

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from projects.actors import Actor
from projects.api import inputs
from projects.api.inputs import LARGEST_ID, In
from projects.api.schema import parameter
from projects.api.views import ApiView, scored_project
from projects.prints import gate_packs, pdf
from projects.queries import gate_packs as queries

PDF = "application/pdf"


class PackQuery(In):
    """Which decision."""

    move = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=LARGEST_ID,
        help_text="Id of a move through the gate: what was signed and found then. Left out: as it is now.",
    )


class Pack(ApiView):
    @extend_schema(
        operation_id="read_gate_pack",
        summary="Read the pack of a gate",
        description="Everything that a committee or an auditor needs, as PDF: criteria with what was found, "
        "signatures with names, roles and dates, what was signed and its hash, conditions, rejections, "
        "evidence, risk, blockers, waivers and moves.",
        parameters=[parameter("code", "Code of the gate, such as G5.", place="path"), PackQuery],
        responses={(200, PDF): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, key: str, code: str) -> HttpResponse:
        actor = Actor.of(request)
        project = scored_project(actor, key)
        asked = inputs.query(PackQuery, request)
        document = gate_packs.document(queries.of(project, code, asked.get("move")), actor.user.name)
        named = {"Content-Disposition": f'attachment; filename="{document.file_name}.pdf"'}
        return HttpResponse(pdf.write(document, settings.BASE_URL), content_type=PDF, headers=named)
