"""The review of a rollback: what somebody other than whoever rolled back has found."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import rollback_reviews as actions
from projects.actors import Actor
from projects.api import inputs
from projects.api.idempotency import idempotent
from projects.api.inputs import In
from projects.api.views import ApiView, project_for_write


class ReviewIn(In):
    """What was found."""

    note = serializers.CharField(max_length=actions.MOST_NOTE, help_text="Why, and what is done about it.")


class ReviewOut(serializers.Serializer[Any]):
    """Whether a review is still due."""

    project = serializers.CharField()
    review_due_on = serializers.DateField(allow_null=True)


FOUND = OpenApiExample(
    "A wrong unit",
    {"note": "The new feed reports cents; the check of units is part of CI now."},
    request_only=True,
)


class RollbackReview(ApiView):
    @extend_schema(
        operation_id="review_rollback",
        summary="Review a rollback",
        description="By somebody other than whoever rolled back. Where none is due nothing changes.",
        request=ReviewIn,
        responses=ReviewOut,
        examples=[FOUND],
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        permissions.require(actor, "rollback.review", project)
        said = inputs.body(ReviewIn, request)
        done = actions.review(project.pk, actor=actor, **said)
        return Response({"project": done.key, "review_due_on": done.review_due_on})
