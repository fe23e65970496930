"""The draft of a portfolio's workflow: kept as text, tried on its projects; published by people only."""

import re
from collections.abc import Sequence
from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import workflow_drafts as actions
from projects.actors import Actor
from projects.api import inputs, people, versions
from projects.api.idempotency import idempotent
from projects.api.inputs import In
from projects.api.portfolios import portfolio_to_read
from projects.api.schema import Problem as ProblemDocument
from projects.api.schema import parameter
from projects.api.simulations import SimulationOut, shown_simulation
from projects.api.views import ApiView
from projects.models import Portfolio, WorkflowDraft
from projects.queries import simulations
from projects.rules import workflow as rules
from projects.rules import workflow_changes, yaml_texts
from projects.rules.documents import Problem

IF_MATCH = parameter("If-Match", "The ETag that was read; needed where there is a draft.", place="header")
# Somebody was faster, or it is not said which draft is meant.
CHANGED = {(status, "application/problem+json"): ProblemDocument for status in (412, 428)}


class ProblemOut(serializers.Serializer[Any]):
    """One thing to put right in a draft."""

    path = serializers.CharField(help_text="Its line, and its place in the document.")
    message = serializers.CharField()
    remedy = serializers.CharField()


class ChangeOut(serializers.Serializer[Any]):
    """One difference to what is published."""

    where = serializers.CharField(help_text="The stage or the gate.")
    what = serializers.CharField()
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


class ReviewOut(serializers.Serializer[Any]):
    """What somebody else said of the draft."""

    by = people.PersonOut(allow_null=True)
    at = serializers.DateTimeField()
    is_fine = serializers.BooleanField()
    wrong = serializers.CharField(allow_blank=True)


class DraftOut(serializers.Serializer[Any]):
    """The draft as it is."""

    version = serializers.IntegerField(help_text="Grows with every change; the ETag.")
    text = serializers.CharField(help_text="YAML, as its author wrote it.")
    based_on = serializers.IntegerField(allow_null=True, help_text="Number of the version that it changes.")
    edited_by = people.PersonOut(allow_null=True)
    edited_at = serializers.DateTimeField()
    review = ReviewOut(allow_null=True)
    problems = ProblemOut(many=True, help_text="None: it could be published.")
    changes = ChangeOut(many=True, help_text="Against what is published; empty while there are problems.")


class DraftIn(In):
    """A workflow, as a text or as a document."""

    text = serializers.CharField(
        max_length=yaml_texts.MOST_CHARACTERS, required=False, trim_whitespace=False, allow_blank=True
    )
    document = serializers.DictField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) > 1:
            raise ValidationError({"document": ["Send the text or the document, not both."]})
        return attrs


TOO_DEEP = ValidationError({"document": ["This is nested too deeply to be a workflow."]})
FROM_A_FILE = OpenApiExample("A text", {"text": "name: ours\nlabel: Ours\n…"}, request_only=True)


class Draft(ApiView):
    @extend_schema(
        operation_id="read_workflow_draft", summary="Read the draft of a workflow", responses=DraftOut
    )
    def get(self, request: Request, slug: str) -> Response:
        portfolio, draft = _found(Actor.of(request), slug)
        if draft is None:
            raise Http404
        return _shown(portfolio, draft)

    @extend_schema(
        operation_id="save_workflow_draft",
        summary="Save the draft of a workflow",
        description="What cannot be read as a workflow is kept as well, with `problems` to put right. "
        "Saving takes a review away. A draft is reviewed and published on the pages.",
        parameters=[IF_MATCH],
        request=DraftIn,
        responses={200: DraftOut, **CHANGED},
        examples=[FROM_A_FILE],
    )
    def put(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio, draft = _found(actor, slug)
        said = inputs.body(DraftIn, request)
        if not said:
            raise ValidationError({"text": ["Send the text, or the document."]})
        text = _text(said["document"]) if "document" in said else said["text"]
        saved = actions.save(portfolio.pk, text=text, version=_stated(request, draft), actor=actor)
        return _shown(portfolio, saved)

    @extend_schema(
        operation_id="discard_workflow_draft",
        summary="Discard the draft of a workflow",
        parameters=[IF_MATCH],
        responses={204: None, **CHANGED},
    )
    def delete(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio, draft = _found(actor, slug)
        if draft is None:
            raise Http404
        actions.discard(portfolio.pk, version=_stated(request, draft), actor=actor)
        return Response(status=204)


class Simulate(ApiView):
    @extend_schema(
        operation_id="simulate_workflow",
        summary="Try a workflow on all projects",
        description="What a workflow would do to every running project that the caller may see, compared "
        "with the workflow that each follows today. Without a body, the draft is tried. Nothing is written.",
        request=DraftIn,
        responses=SimulationOut,
        examples=[FROM_A_FILE],
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio, draft = _found(actor, slug)
        said = inputs.body(DraftIn, request)
        if not said and draft is None:
            raise ValidationError({"document": ["There is no draft. Send the workflow to try."]})
        flow = _workflow(said, draft)
        return Response(shown_simulation(simulations.simulate(portfolio, flow, actor)))


def _found(actor: Actor, slug: str) -> tuple[Portfolio, WorkflowDraft | None]:
    portfolio = portfolio_to_read(actor, slug)
    permissions.require(actor, "workflow.draft", portfolio)
    rows = WorkflowDraft.objects.select_related("edited_by", "reviewed_by", "based_on")
    return portfolio, rows.filter(portfolio=portfolio).first()


def _stated(request: Request, draft: WorkflowDraft | None) -> int | None:
    """The version that counts; who begins a draft has read none."""
    if draft is None and "If-Match" not in request.headers:
        return 0
    return versions.stated(request, draft.version if draft else 0)


def _text(document: dict[str, Any]) -> str:
    try:
        return yaml_texts.text(document)
    except RecursionError:
        raise TOO_DEEP from None


def _workflow(said: dict[str, Any], draft: WorkflowDraft | None) -> rules.Workflow:
    """What is to be tried; every mistake is named by its place."""
    if "document" in said:
        try:
            return rules.parse(said["document"])
        except rules.WorkflowInvalid as invalid:
            raise _as_errors(invalid.problems, "document") from invalid
        except RecursionError:
            raise TOO_DEEP from None
    flow, problems = actions.read(said.get("text", draft.text if draft else ""))
    if flow is None:
        raise _as_errors(problems, "text" if said else "draft")
    return flow


def _as_errors(problems: Sequence[Problem], where: str) -> ValidationError:
    errors: dict[str, list[str]] = {}
    for problem in problems:
        steps = re.findall(r"[^.\[\]]+", problem.path) if where == "document" else [problem.path]
        errors.setdefault(".".join([where, *steps]), []).append(f"{problem.message} {problem.remedy}")
    return ValidationError(errors)


def _shown(portfolio: Portfolio, draft: WorkflowDraft) -> Response:
    flow, problems = actions.read(draft.text)
    published = portfolio.workflow
    sections = workflow_changes.differences(published.rules, flow) if published and flow else []
    reviewed = draft.reviewed_at is not None
    shown = {
        "version": draft.version,
        "text": draft.text,
        "based_on": draft.based_on.number if draft.based_on else None,
        "edited_by": people.shape(draft.edited_by),
        "edited_at": draft.edited_at,
        "review": {
            "by": people.shape(draft.reviewed_by),
            "at": draft.reviewed_at,
            "is_fine": not draft.review_note,
            "wrong": draft.review_note,
        }
        if reviewed
        else None,
        "problems": [
            {"path": each.path, "message": each.message, "remedy": each.remedy} for each in problems
        ],
        "changes": [
            {"where": each.title, "what": one.what, "before": one.before, "after": one.after}
            for each in sections
            for one in each.changes
        ],
    }
    return Response(DraftOut(shown).data, headers={"ETag": f'"{draft.version}"'})
