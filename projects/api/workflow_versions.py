"""The published versions of a portfolio's workflow, and the word and the decision on the next one."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import workflow_drafts as drafts
from projects.actors import Actor
from projects.api import inputs, people
from projects.api.idempotency import idempotent
from projects.api.inputs import LARGEST_ID, In
from projects.api.portfolios import portfolio_to_read
from projects.api.schema import parameter
from projects.api.views import ApiView
from projects.models import Portfolio, WorkflowVersion
from projects.queries import workflows as queries
from projects.rules import workflow as rules

LONGEST_NOTE = 300  # letters, as its column
NUMBER = parameter("number", "Number of the version, from 1.", place="path", kind=int)


class WorkflowVersionOut(serializers.Serializer[Any]):
    """One published version; it never changes."""

    number = serializers.IntegerField()
    name = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    published_at = serializers.DateTimeField()
    published_by = people.PersonOut(allow_null=True)
    is_current = serializers.BooleanField(help_text="Whether new projects follow it.")
    projects = serializers.IntegerField(help_text="How many projects follow it.")


class WorkflowDocumentOut(WorkflowVersionOut):
    """A version with all that it says."""

    document = serializers.DictField(help_text="As `workflow/draft` and `workflow/simulate` take it.")


class WorkflowVersionsOut(serializers.Serializer[Any]):
    """All versions, the newest first."""

    items = WorkflowVersionOut(many=True)


class DraftReviewIn(In):
    """What somebody thinks of the draft."""

    version = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, help_text="Of the draft that you read; 409 when it has changed."
    )
    wrong = serializers.CharField(
        max_length=drafts.LONGEST_NOTE,
        allow_blank=True,
        default="",
        help_text="What is wrong with it; nothing: it is fine.",
    )


class PublishIn(In):
    """Which draft, and why."""

    version = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, help_text="Of the draft that you read; 409 when it has changed."
    )
    note = serializers.CharField(
        max_length=LONGEST_NOTE, allow_blank=True, default="", help_text="What changes, and why."
    )


FINE = OpenApiExample("It is fine", {"version": 3}, request_only=True)
PUBLISHED = OpenApiExample(
    "With a note", {"version": 3, "note": "A security review before the pilot."}, request_only=True
)


class Versions(ApiView):
    @extend_schema(
        operation_id="list_workflow_versions",
        summary="List the versions of a workflow",
        responses=WorkflowVersionsOut,
    )
    def get(self, request: Request, slug: str) -> Response:
        portfolio = portfolio_to_read(Actor.of(request), slug)
        inputs.query(In, request)
        return Response({"items": [_row(portfolio, each) for each in queries.versions(portfolio)]})


class OneVersion(ApiView):
    @extend_schema(
        operation_id="read_workflow_version",
        summary="Read a version of a workflow",
        parameters=[NUMBER],
        responses=WorkflowDocumentOut,
    )
    def get(self, request: Request, slug: str, number: int) -> Response:
        portfolio = portfolio_to_read(Actor.of(request), slug)
        inputs.query(In, request)
        return Response(_whole(portfolio, number))


class Review(ApiView):
    @extend_schema(
        operation_id="review_workflow_draft",
        summary="Review the draft of a workflow",
        description="For people who have signed in and did not write it last; a key gets 409.",
        request=DraftReviewIn,
        responses={204: None},
        examples=[FINE],
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_read(actor, slug)
        permissions.require(actor, "workflow.draft", portfolio)
        drafts.review(portfolio.pk, actor=actor, **inputs.body(DraftReviewIn, request))
        return Response(status=204)


class Publish(ApiView):
    @extend_schema(
        operation_id="publish_workflow_draft",
        summary="Publish the draft of a workflow",
        description="As the next version, which new projects follow; the others stay on theirs until they "
        "are moved (`workflow/adoption`). For administrators of the portfolio.",
        request=PublishIn,
        responses={201: WorkflowDocumentOut},
        examples=[PUBLISHED],
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_read(actor, slug)
        permissions.require(actor, "workflow.publish", portfolio)
        made = drafts.publish(portfolio.pk, actor=actor, **inputs.body(PublishIn, request))
        headers = {"Location": f"/api/v1/portfolios/{slug}/workflow/versions/{made.number}"}
        return Response(_whole(portfolio_to_read(actor, slug), made.number), status=201, headers=headers)


def _whole(portfolio: Portfolio, number: int) -> dict[str, Any]:
    found = queries.versions(portfolio).defer(None).filter(number=number).first()
    if found is None:
        raise Http404
    return {**_row(portfolio, found), "document": rules.dump(found.rules)}


def _row(portfolio: Portfolio, version: WorkflowVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "name": version.name,
        "note": version.note,
        "published_at": version.published_at,
        "published_by": people.shape(version.published_by),
        "is_current": version.pk == portfolio.workflow_id,
        "projects": getattr(version, "users"),  # noqa: B009 - counted by the query
    }
