"""The history of a question: every answer that was ever given to it."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects.actors import Actor
from projects.api import cursors, inputs, people
from projects.api.answers import QUESTION
from projects.api.views import ApiView, project_to_read
from projects.models import Answer
from projects.models.assessments import LETTERS
from projects.queries import scoring

HISTORY = ("id", "letter", "evidence", "evidence_until", "reason", "given_at", "confirmed_on", "agreed_at")


class PastAnswerOut(serializers.Serializer[Any]):
    """One answer as it was given."""

    id = serializers.IntegerField()
    letter = serializers.ChoiceField(LETTERS)
    evidence = serializers.CharField(allow_blank=True)
    evidence_until = serializers.DateField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    by = people.PersonOut(allow_null=True)
    given_at = serializers.DateTimeField()
    confirmed_on = serializers.DateField()
    agreed_by = people.PersonOut(allow_null=True)
    agreed_at = serializers.DateTimeField(allow_null=True)
    replaced_at = serializers.DateTimeField(allow_null=True, help_text="Null for the present answer.")


class PastAnswerPage(serializers.Serializer[Any]):
    """One part of the answers to a question, the newest first."""

    items = PastAnswerOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class PastAnswers(ApiView):
    @extend_schema(
        operation_id="list_past_answers",
        summary="List every answer to a question",
        parameters=[QUESTION, cursors.PageQuery],
        responses=PastAnswerPage,
    )
    def get(self, request: Request, key: str, question: str) -> Response:
        project = project_to_read(Actor.of(request), key)
        asked = inputs.query(cursors.PageQuery, request)
        rows = Answer.objects.filter(project=project, question=question)
        names = (*HISTORY, "replaced_at", *people.columns("given_by"), *people.columns("agreed_by"))
        found = cursors.page(rows.values(*names), asked, _past, by="-given_at")
        if not found["items"] and not scoring.card(project).has(question):
            raise Http404
        return Response(found)


def _past(values: dict[str, Any]) -> dict[str, Any]:
    shown = {name: values[name] for name in (*HISTORY, "replaced_at")}
    return shown | {"by": people.of(values, "given_by"), "agreed_by": people.of(values, "agreed_by")}
