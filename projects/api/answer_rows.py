"""Answers, and the scores that came of them, as the API shows them."""

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework import serializers

from projects.api import people
from projects.models import Answer, Project
from projects.models.assessments import LETTERS
from projects.queries import assessments
from projects.rules import quadrants
from projects.rules.stages import STANDARD_STAGES

LETTERS_HELP = (
    "Y yes, shown; C yes, claimed; P partly; T not yet, planned; N no; U not known; X not applicable."
)
SAID = ("evidence", "evidence_until", "reason")
PLACED = list(quadrants.QUADRANTS.values())
IMPACT_INPUTS = ("annual_value", "strategic", "reach")
SCORE_FLAGS = ("has_critical_gap", "is_borderline", "is_unproven")
SCORE_COLUMNS = (
    *("risk", "impact", "p_production", "confidence", "quadrant", "scored_at"),
    *(*IMPACT_INPUTS, *SCORE_FLAGS),
)
STATES = ["intake", "unassessed", "placed"]


class AnswerOut(serializers.Serializer[Any]):
    """The present answer to a question; everything but the question and the letter is null without one."""

    question = serializers.CharField(help_text="Id of the question, such as WP1.")
    letter = serializers.ChoiceField(
        LETTERS,
        help_text=f"How it counts today: a yes whose evidence has ended counts as C, X as U until a second "
        f"person agrees. {LETTERS_HELP}",
    )
    given = serializers.ChoiceField(LETTERS, allow_null=True, help_text="The letter as it was given.")
    age_days = serializers.IntegerField(allow_null=True, help_text="Days since it was confirmed.")
    evidence = serializers.CharField(allow_null=True, allow_blank=True)
    evidence_until = serializers.DateField(allow_null=True, help_text="Last day on which the evidence holds.")
    reason = serializers.CharField(allow_null=True, allow_blank=True)
    by = people.PersonOut(allow_null=True)
    at = serializers.DateTimeField(allow_null=True)
    confirmed_on = serializers.DateField(allow_null=True)
    confirmed_by = people.PersonOut(allow_null=True)
    agreed_by = people.PersonOut(allow_null=True, help_text="The second person for X.")
    agreed_at = serializers.DateTimeField(allow_null=True)


class QuestionOut(AnswerOut):
    """A question with its present answer."""

    pitfall = serializers.CharField()
    panel = serializers.CharField(allow_blank=True, help_text="Set for questions asked for a trait only.")
    text = serializers.CharField()
    weight = serializers.IntegerField()
    is_critical = serializers.BooleanField(
        help_text="While it is open, its pitfall is at least at the floor."
    )
    due = serializers.ChoiceField(STANDARD_STAGES, help_text="Standard stage in which it has to be known.")
    is_due = serializers.BooleanField()
    usual_evidence = serializers.CharField(allow_blank=True)
    help = serializers.CharField(allow_blank=True, help_text="What good evidence looks like.")
    actions = serializers.ListField(child=serializers.CharField(), help_text="What would help.")
    points = serializers.FloatField(
        allow_null=True, help_text="What it brings to the stored score of its pitfall."
    )


class ScoreLine(serializers.Serializer[Any]):
    """The scores of a project in one line; null is not known yet."""

    risk = serializers.FloatField(allow_null=True, help_text="0 to 100.")
    impact = serializers.FloatField(allow_null=True, help_text="0 to 100; null while nothing of it is known.")
    p_production = serializers.FloatField(allow_null=True, help_text="0 to 1.")
    confidence = serializers.FloatField(allow_null=True, help_text="0 to 1.")
    state = serializers.ChoiceField(STATES, allow_null=True)
    quadrant = serializers.ChoiceField(PLACED, allow_null=True)
    has_critical_gap = serializers.BooleanField(allow_null=True)
    is_borderline = serializers.BooleanField(allow_null=True)
    is_unproven = serializers.BooleanField(allow_null=True)
    scored_at = serializers.DateTimeField(allow_null=True)


def question(row: assessments.Row) -> dict[str, Any]:
    """A question with its present answer."""
    asked = row.question
    return {
        **answer(asked.id, row.answer, row.letter, row.age_days),
        "pitfall": asked.pitfall,
        "panel": asked.panel,
        "text": asked.text,
        "weight": asked.weight,
        "is_critical": asked.critical,
        "due": asked.due,
        "is_due": row.is_due,
        "usual_evidence": asked.evidence,
        "help": asked.help,
        "actions": list(asked.actions),
        "points": row.contribution.points if row.contribution else None,
    }


def answer(question_id: str, row: Answer | None, letter: str, age_days: int) -> dict[str, Any]:
    """The present answer to a question, or that there is none."""
    return {
        "question": question_id,
        "letter": letter,
        "given": row.letter if row else None,
        "age_days": age_days if row else None,
        **{name: getattr(row, name) if row else None for name in SAID},
        "by": people.shape(row.given_by) if row else None,
        "at": row.given_at if row else None,
        "confirmed_on": row.confirmed_on if row else None,
        "confirmed_by": people.shape(row.confirmed_by) if row else None,
        "agreed_by": people.shape(row.agreed_by) if row else None,
        "agreed_at": row.agreed_at if row else None,
    }


def answers(project: Project, rows: Iterable[Answer]) -> list[dict[str, Any]]:
    """Answers just given to a project, as they count."""
    counted = assessments.counted(project)
    return [answer(row.question, row, *counted[row.question]) for row in rows]


def scores(project: Project) -> dict[str, Any]:
    """The scores on a project's row."""
    return score_line({name: getattr(project, name) for name in SCORE_COLUMNS})


def score_line(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same from the columns of a project."""
    is_scored = values["scored_at"] is not None
    is_placed = values["quadrant"] in PLACED
    knows_impact = any(values[name] is not None for name in IMPACT_INPUTS)
    return {
        **{name: values[name] for name in ("risk", "p_production", "confidence", "scored_at")},
        "impact": values["impact"] if knows_impact else None,
        "state": ("placed" if is_placed else values["quadrant"]) if is_scored else None,
        "quadrant": values["quadrant"] if is_placed else None,
        **{name: values[name] if is_scored else None for name in SCORE_FLAGS},
    }
