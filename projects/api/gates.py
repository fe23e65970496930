"""Gates: what a project still lacks on its way, for people and for pipelines that ask before they act."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects.actors import Actor
from projects.api import gate_rows, inputs
from projects.api.gate_rows import GateQuery, GatesOut
from projects.api.views import ApiView, scored_project
from projects.models import Project
from projects.queries import facts, gate_sheets
from projects.rules.stages import Gate

TEXT, JSON = "text/plain", "application/json"


class Gates(ApiView):
    @extend_schema(
        operation_id="read_gate",
        summary="Read the gates ahead",
        description="The gate to the next stage, those on the way to another stage (`to`), or any gate of "
        "the workflow (`gate`). With `Accept: text/plain` one line for each thing that is missing, and an "
        "empty body when nothing is.",
        parameters=[GateQuery],
        responses={200: GatesOut, (200, TEXT): str},
        examples=gate_rows.EXAMPLES,
    )
    def get(self, request: Request, key: str) -> HttpResponseBase:
        project = scored_project(Actor.of(request), key)
        asked = inputs.query(GateQuery, request)
        sheets = gate_sheets.many(project, _gates(project, asked))
        found = gate_rows.shape(project, sheets, asked.get("to", ""))
        wants_text = request._request.get_preferred_type([JSON, TEXT]) == TEXT  # noqa: SLF001 - Django's own
        vary = {"Vary": "Accept"}
        if wants_text:
            text = f"{TEXT}; charset=utf-8"
            return HttpResponse(gate_rows.lines(found), content_type=text, headers=vary)
        return Response(found, headers=vary)


def _gates(project: Project, asked: dict[str, Any]) -> Sequence[Gate]:
    """The gates that are asked about; none at the end of the workflow and for a project that has ended."""
    workflow = facts.workflow(project)
    if code := asked.get("gate"):
        found = [gate for gate in workflow.gates if gate.code == code]
        if not found:
            known = ", ".join(gate.code for gate in workflow.gates)
            raise ValidationError({"gate": [f"There is no such gate. Known are: {known}."]})
        return found
    to = asked.get("to", "")
    if to and not workflow.has(to):
        known = ", ".join(stage.code for stage in workflow.stages)
        raise ValidationError({"to": [f"There is no such stage. Known are: {known}."]})
    if project.has_ended:
        return []
    if to:
        return workflow.gates_from_to(project.stage, to)
    ahead = workflow.gate_after(project.stage)
    return [ahead] if ahead else []
