"""What is known about a project's pitfalls: every answer ever given, and the scores made of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.rules import answers, quadrants

LETTERS = [(letter.code, letter.label) for letter in answers.LETTERS]
QUADRANTS = list(quadrants.LABELS.items())


class Answer(models.Model):
    """One answer to one question, as it was given; a new answer replaces it and it stays as history."""

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=12)
    letter = models.CharField(max_length=1, choices=LETTERS)
    evidence = models.TextField(blank=True, help_text="A link, or where to look.")
    evidence_until = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    given_at = models.DateTimeField(default=timezone.now)
    # From this day on it grows old; "still true" renews it.
    confirmed_on = models.DateField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The second person for "not applicable"; until then it counts as not known.
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    agreed_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["project", "question", "-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "question"],
                condition=Q(replaced_at=None),
                name="a_question_has_one_answer",
            ),
            models.CheckConstraint(condition=Q(letter__in=answers.CODES), name="an_answer_is_a_letter"),
            models.CheckConstraint(
                condition=~Q(letter="X") | ~Q(reason=""), name="not_applicable_has_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["project", "question", "-given_at"], name="answers_of_a_project"),
        ]


class Assessment(models.Model):
    """What the score of a project is made of and what came of it; one row, written with each change.

    `answers` holds the present answers in the form that the scores need, so that a hundred thousand
    projects age in a night without reading millions of answers: question -> letter, day of its
    confirmation, last day of its evidence. `record` and `result` are the inputs and the score of `scored_at`.
    """

    project = models.OneToOneField(
        "projects.Project", primary_key=True, on_delete=models.CASCADE, related_name="assessment"
    )
    answers = models.JSONField(default=dict)
    answered_at = models.DateTimeField(null=True, blank=True, help_text="When somebody last answered.")
    model_version = models.CharField(max_length=60, blank=True)
    scorecard = models.ForeignKey(
        "projects.ScorecardVersion", null=True, on_delete=models.PROTECT, related_name="+"
    )
    record = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    scored_at = models.DateTimeField(null=True, blank=True)


class Score(models.Model):
    """The scores of a project on a day on which something was changed, or on which they mattered."""

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="scores")
    on = models.DateField()
    at = models.DateTimeField()
    model_version = models.CharField(max_length=60)
    scorecard = models.ForeignKey("projects.ScorecardVersion", on_delete=models.PROTECT, related_name="+")
    risk = models.FloatField()
    impact = models.FloatField()
    p_production = models.FloatField()
    confidence = models.FloatField()
    quadrant = models.CharField(max_length=12, choices=QUADRANTS)
    has_critical_gap = models.BooleanField()
    pitfalls = models.JSONField()
    record = models.JSONField()

    class Meta:
        ordering = ["project", "-on"]
        constraints = [
            models.UniqueConstraint(fields=["project", "on"], name="one_score_a_day"),
        ]
