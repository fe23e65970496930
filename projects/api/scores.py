"""Scores: the stored ones with their reasons, and how they came about."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects.actors import Actor
from projects.api import answer_rows, cursors, inputs
from projects.api.answer_rows import PLACED, STATES, ScoreLine
from projects.api.score_reasons import ReasonsOut, reasons
from projects.api.views import ApiView, project_to_read, scored_project
from projects.models import Project, Score
from projects.queries import assessments
from projects.queries import reasons as reason_queries

# Of the stored result, as it is; absent before the first score.
RESULT = ("model_version", "confidence_band", "due_confidence", "assessed_share", "is_metric_pending")
HISTORY = ("id", "on", "at", "model_version", "risk", "p_production", "confidence", "has_critical_gap")
# From these an impact is made; with none of them it is not known.
RECORDED = ("record__annual_value", "record__strategic", "record__reach")
MISSING_HELP = "What has to be entered to complete the impact: value, strategic, reach."


class ScoresOut(ScoreLine):
    """The stored scores and their reasons; null, never 0, for what is not known."""

    project = serializers.CharField()
    model_version = serializers.CharField(allow_null=True, help_text="The scorecard that made them.")
    gross_impact = serializers.FloatField(allow_null=True, help_text="Before the quality of the metric.")
    impact_missing = serializers.ListField(child=serializers.CharField(), help_text=MISSING_HELP)
    annual_value = serializers.FloatField(allow_null=True, help_text="Expected, in the portfolio's currency.")
    confidence_band = serializers.ChoiceField(["high", "medium", "low"], allow_null=True)
    due_confidence = serializers.FloatField(allow_null=True, help_text="Of the questions that are due.")
    assessed_share = serializers.FloatField(
        allow_null=True, help_text="Of the weight that is due, 0 to 1; from a half on there is a quadrant."
    )
    is_metric_pending = serializers.BooleanField(
        allow_null=True,
        help_text="Placed by its gross impact, as in framing nobody can have agreed a metric.",
    )
    gaps = serializers.ListField(
        child=serializers.CharField(), help_text="Open critical questions, and `blocker` for a critical one."
    )
    reasons = ReasonsOut(allow_null=True)


class PastScoreOut(serializers.Serializer[Any]):
    """The scores that were kept of one day."""

    id = serializers.IntegerField()
    on = serializers.DateField(help_text="The day where the portfolio is.")
    at = serializers.DateTimeField()
    model_version = serializers.CharField()
    risk = serializers.FloatField()
    impact = serializers.FloatField(allow_null=True)
    p_production = serializers.FloatField()
    confidence = serializers.FloatField()
    state = serializers.ChoiceField(STATES)
    quadrant = serializers.ChoiceField(PLACED, allow_null=True)
    has_critical_gap = serializers.BooleanField()
    pitfalls = serializers.DictField(
        child=serializers.FloatField(allow_null=True), help_text="By code; null where one was left out."
    )


class PastScorePage(serializers.Serializer[Any]):
    """One part of the history of scores, the newest first."""

    items = PastScoreOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class Scores(ApiView):
    @extend_schema(
        operation_id="read_scores",
        summary="Read a project's scores and their reasons",
        description="Per pitfall what each question brings and what unknowns add; what would lower the risk "
        "most, each made anew with that one change; what moves the probability and the impact.",
        responses=ScoresOut,
    )
    def get(self, request: Request, key: str) -> Response:
        return Response(_scores(scored_project(Actor.of(request), key)))


class History(ApiView):
    @extend_schema(
        operation_id="list_past_scores",
        summary="List the scores of past days",
        description="One row for a day on which something was changed, or on which the quadrant changed.",
        parameters=[cursors.PageQuery],
        responses=PastScorePage,
    )
    def get(self, request: Request, key: str) -> Response:
        project = project_to_read(Actor.of(request), key)
        asked = inputs.query(cursors.PageQuery, request)
        rows = Score.objects.filter(project=project)
        found = rows.values(*HISTORY, "impact", "quadrant", "pitfalls", *RECORDED)
        return Response(cursors.page(found, asked, _past, by="-on"))


def _scores(project: Project) -> dict[str, Any]:
    result = reason_queries.result(project)
    line = answer_rows.scores(project)
    known, missing = line["impact"] is not None, result.get("impact_missing", [])
    return {
        "project": project.key,
        **line,
        **{name: result.get(name) for name in RESULT},
        "gross_impact": result.get("gross_impact") if known else None,
        "impact_missing": missing,
        "annual_value": project.annual_value,
        "gaps": result.get("gaps", []),
        "reasons": reasons(project, assessments.explanation(project), missing) if result else None,
    }


def _past(values: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: values[name] for name in (*HISTORY, "pitfalls")}
    is_placed = values["quadrant"] in PLACED
    knows_impact = any(values[name] is not None for name in RECORDED)
    return shown | {
        "impact": values["impact"] if knows_impact else None,
        "state": "placed" if is_placed else values["quadrant"],
        "quadrant": values["quadrant"] if is_placed else None,
    }
