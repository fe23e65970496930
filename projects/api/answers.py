"""Answers: what is asked of a project, and what people and pipelines answer."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects.actions import answers
from projects.actors import Actor
from projects.api import answer_rows, inputs
from projects.api.answer_rows import LETTERS_HELP, AnswerOut, QuestionOut, ScoreLine
from projects.api.idempotency import idempotent
from projects.api.inputs import Choice, Day, In
from projects.api.moves import DryRun
from projects.api.schema import parameter
from projects.api.views import ApiView, project_for_write, scored_project
from projects.errors import Refused
from projects.models import Project
from projects.models.assessments import LETTERS
from projects.queries import assessments
from projects.rules.evidence import LONGEST
from projects.rules.scorecards_reading import MOST_QUESTIONS

LONGEST_ID = 12
QUESTION = parameter("question", "Id of the question, such as WP1.", place="path")


class AnswerIn(In):
    """One answer."""

    question = serializers.CharField(max_length=LONGEST_ID, help_text="Id of a question that is asked.")
    letter = Choice(LETTERS, help_text=LETTERS_HELP)
    evidence = serializers.CharField(
        max_length=LONGEST,
        allow_blank=True,
        default="",
        help_text="A link, or where to look. Y needs it.",
    )
    evidence_until = Day(
        allow_null=True, default=None, help_text="Last day on which the evidence holds; then Y counts as C."
    )
    reason = serializers.CharField(
        max_length=LONGEST, allow_blank=True, default="", help_text="Why; X needs it."
    )


class AnswersIn(In):
    """Several answers; all are stored or none."""

    answers = AnswerIn(many=True, allow_empty=False, max_length=MOST_QUESTIONS)  # type: ignore[call-arg]


class ConfirmIn(In):
    """Which answers are still true; nothing named is all of them."""

    pitfall = serializers.CharField(
        max_length=LONGEST_ID, allow_blank=True, default="", help_text="Only those of a pitfall, such as P2."
    )
    questions = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_ID), max_length=MOST_QUESTIONS, default=list
    )


class AnswersOut(serializers.Serializer[Any]):
    """Every question that is asked of a project, in the scorecard's order."""

    project = serializers.CharField()
    answered = serializers.IntegerField()
    asked = serializers.IntegerField()
    answered_at = serializers.DateTimeField(allow_null=True, help_text="When somebody last answered.")
    items = QuestionOut(many=True)


class GivenOut(serializers.Serializer[Any]):
    """What was stored, and the scores that came of it."""

    result = serializers.ChoiceField(["stored", "would_store"])
    answers = AnswerOut(many=True)
    scores = ScoreLine()


class ConfirmedOut(serializers.Serializer[Any]):
    """How many answers hold as of today, and the scores that came of it."""

    confirmed = serializers.IntegerField()
    scores = ScoreLine()


class AgreedOut(serializers.Serializer[Any]):
    """The answer that now counts as not applicable, and the scores that came of it."""

    answer = AnswerOut()
    scores = ScoreLine()


EXAMPLES = [
    OpenApiExample(
        "A build shows its evaluation",
        {
            "answers": [
                {
                    "question": "DQ5",
                    "letter": "Y",
                    "evidence": "https://ci.example.org/builds/4182/checks",
                    "evidence_until": "2027-03-01",
                },
                {"question": "OO4", "letter": "P", "evidence": "Split by time; cold start is not covered."},
            ]
        },
        request_only=True,
    ),
    OpenApiExample(
        "Not applicable",
        {"answers": [{"question": "DQ4", "letter": "X", "reason": "Nothing is labelled by people."}]},
        request_only=True,
    ),
]


class Answers(ApiView):
    @extend_schema(
        operation_id="list_answers",
        summary="List a project's questions and answers",
        description="Every question that is asked of the project, also those that nobody has answered.",
        responses=AnswersOut,
    )
    def get(self, request: Request, key: str) -> Response:
        sheet = assessments.sheet(scored_project(Actor.of(request), key))
        return Response(
            {
                "project": key,
                "answered": sheet.answered,
                "asked": sheet.asked,
                "answered_at": sheet.answered_at,
                "items": [answer_rows.question(row) for row in sheet.rows],
            }
        )

    @extend_schema(
        operation_id="give_answers",
        summary="Answer questions",
        description="All are stored or none. The same answer again confirms it. Y without evidence, X "
        "without a reason, a question that is not asked: 400, and `errors` names each place and the fix.",
        parameters=[DryRun],
        request=AnswersIn,
        responses=GivenOut,
        examples=EXAMPLES,
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        is_trial = inputs.query(DryRun, request)["dry_run"]
        said = inputs.body(AnswersIn, request)["answers"]
        given = [answers.Given(**each) for each in said]
        try:
            rows = answers.give_many(project.pk, given=given, actor=actor, dry_run=is_trial)
        except Refused as refusal:
            raise _in_their_places(refusal, [each.question for each in given]) from refusal
        scored = rows[0].project
        return Response(
            {
                "result": "would_store" if is_trial else "stored",
                "answers": answer_rows.answers(scored, rows),
                "scores": answer_rows.scores(scored),
            }
        )


class Confirmations(ApiView):
    @extend_schema(
        operation_id="confirm_answers",
        summary="Confirm answers as still true",
        description="Renews the date of yes, claimed and partly, so that they do not grow old.",
        request=ConfirmIn,
        responses=ConfirmedOut,
        examples=[OpenApiExample("A pitfall", {"pitfall": "P2"}, request_only=True)],
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        said = inputs.body(ConfirmIn, request)
        try:
            confirmed = answers.confirm(project.pk, actor=actor, **said)
        except Refused as refusal:
            raise _in_their_places(refusal, []) from refusal
        scored = Project.objects.get(pk=project.pk)
        return Response({"confirmed": confirmed, "scores": answer_rows.scores(scored)})


class Agreement(ApiView):
    @extend_schema(
        operation_id="agree_answer",
        summary="Agree that a question does not apply",
        description="By a second person who is not the one who answered X; a key cannot agree. "
        "Agreed already is no change.",
        parameters=[QUESTION],
        request=None,
        responses=AgreedOut,
    )
    @idempotent
    def post(self, request: Request, key: str, question: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        row = answers.agree(project.pk, question=question, actor=actor)
        (shown,) = answer_rows.answers(row.project, [row])
        return Response({"answer": shown, "scores": answer_rows.scores(row.project)})


def _in_their_places(refusal: Refused, questions: list[str]) -> Exception:
    """What is wrong with the body, field by field; any other refusal stays one."""
    if refusal.code != "answers_refused":
        return refusal
    places = {question: f"answers.{place}" for place, question in enumerate(questions)}
    errors: dict[str, list[str]] = {}
    for found in refusal.obstacles:
        question, _, name = getattr(found, "field", "").rpartition(".")
        place = f"{places[question]}.{name}" if question in places else name
        errors.setdefault(place, []).append(f"{found.message} {found.remedy}")
    return ValidationError(errors)
