"""Statements: a person's word on what a gate asks for. They are kept as evidence."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import evidence as actions
from projects.actors import Actor
from projects.api import evidence_rows, inputs
from projects.api.evidence_rows import EvidenceOut
from projects.api.idempotency import idempotent
from projects.api.inputs import In
from projects.api.schema import parameter
from projects.api.views import ApiView, project_for_write, project_to_read
from projects.models import Project
from projects.models.evidence import Form
from projects.queries import evidence as queries
from projects.queries import facts
from projects.rules import criteria
from projects.rules import evidence_items as rules

NAME = parameter("name", "What a gate asks for, as in the list of statements.", place="path")


class StatementIn(In):
    """Somebody's word."""

    holds = serializers.BooleanField(help_text="Whether it is so.")
    text = serializers.CharField(
        max_length=rules.LONGEST_TEXT, allow_blank=True, default="", help_text="What to know about it."
    )


class StatementOut(serializers.Serializer[Any]):
    """One statement that gates of the project's workflow ask for, and the present word on it."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    gates = serializers.ListField(child=serializers.CharField(), help_text="Codes of those that ask for it.")
    holds = serializers.BooleanField(allow_null=True, help_text="Null while nobody has said anything.")
    evidence_id = serializers.IntegerField(allow_null=True, help_text="Where the word is kept.")


class StatementsOut(serializers.Serializer[Any]):
    """All of a project, in the order of its gates."""

    items = StatementOut(many=True)


EXAMPLE = OpenApiExample(
    "It holds", {"holds": True, "text": "Rehearsed on 3 March, 40 minutes."}, request_only=True
)


class Statements(ApiView):
    @extend_schema(
        operation_id="list_statements",
        summary="List what gates ask people to state",
        responses=StatementsOut,
    )
    def get(self, request: Request, key: str) -> Response:
        project = project_to_read(Actor.of(request), key)
        inputs.query(In, request)
        return Response({"items": _rows(project)})


class OneStatement(ApiView):
    @extend_schema(
        operation_id="read_statement",
        summary="Read what is stated",
        parameters=[NAME],
        responses=StatementOut,
    )
    def get(self, request: Request, key: str, name: str) -> Response:
        project = project_to_read(Actor.of(request), key)
        inputs.query(In, request)
        return Response(_row(project, name))

    @extend_schema(
        operation_id="make_statement",
        summary="State whether something holds",
        description="For people who have signed in; a key gets 403. A newer word takes the place of the one "
        "before, which stays readable. The same word of the same day is no change (200).",
        parameters=[NAME],
        request=StatementIn,
        responses={201: EvidenceOut, 200: EvidenceOut},
        examples=[EXAMPLE],
    )
    @idempotent
    def post(self, request: Request, key: str, name: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        permissions.require(actor, "evidence.edit", project)
        _row(project, name)
        version = actions.state_(project.pk, name=name, actor=actor, **inputs.body(StatementIn, request))
        headers = {"Location": f"/api/v1/evidence/{version.evidence_id}"}
        return Response(
            evidence_rows.one(version.evidence_id),
            status=201 if version.is_new else 200,
            headers=headers if version.is_new else {},
        )


def _row(project: Project, name: str) -> dict[str, Any]:
    for row in _rows(project):
        if row["name"] == name:
            return row
    raise Http404


def _rows(project: Project) -> list[dict[str, Any]]:
    """What the gates ask for, each name once, with the word on it; one query beside the workflow's."""
    words = queries.present_rows(project).filter(form=Form.STATEMENT)
    said = {row.evidence.kind: row for row in words}
    found: dict[str, dict[str, Any]] = {}
    for gate in facts.workflow(project).gates:
        for each in gate.criteria:
            if each.kind != "statement":
                continue
            word = said.get(each.name)
            row = found.setdefault(each.name, {"name": each.name, "label": criteria.label(each), "gates": []})
            row["gates"].append(gate.code)
            row |= {
                "holds": word.holds if word else None,
                "evidence_id": word.evidence_id if word else None,
            }
    return list(found.values())
