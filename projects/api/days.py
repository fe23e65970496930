"""What a project was like on past days, as it was stored then."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects.actors import Actor
from projects.api import cursors, inputs
from projects.api.views import ApiView, project_to_read
from projects.models import Health, Outcome, ProjectDay, Status

COLUMNS = (
    *("since", "until", "is_generated", "name", "stage", "standard_stage", "stage_since", "status"),
    *("outcome", "health", "kind", "tier", "risk", "impact", "p_production", "confidence", "quadrant"),
    *("has_critical_gap", "pitfalls", "unknown_points", "answers", "open_blockers", "annual_value"),
    *("capacity_fte", "remaining_cost", "committed_on", "p50_on", "p80_on", "p95_on", "p_on_time"),
)


class DayOut(serializers.Serializer[Any]):
    """What the project was like from one day until another; null: not known, or it still holds."""

    since = serializers.DateField()
    until = serializers.DateField(allow_null=True, help_text="Null: the row still holds.")
    is_generated = serializers.BooleanField(help_text="Invented to give a sample a past.")
    name = serializers.CharField()
    unit = serializers.CharField(allow_null=True)
    owner = serializers.CharField(allow_null=True)
    stage = serializers.CharField()
    standard_stage = serializers.CharField()
    stage_since = serializers.DateTimeField()
    status = serializers.ChoiceField(Status.choices)
    outcome = serializers.ChoiceField(Outcome.choices)
    health = serializers.ChoiceField(Health.choices)
    kind = serializers.CharField(allow_blank=True)
    tier = serializers.CharField(allow_blank=True)
    risk = serializers.FloatField(allow_null=True)
    impact = serializers.FloatField(allow_null=True)
    p_production = serializers.FloatField(allow_null=True)
    confidence = serializers.FloatField(allow_null=True)
    quadrant = serializers.CharField(allow_blank=True)
    has_critical_gap = serializers.BooleanField()
    pitfalls = serializers.DictField(child=serializers.FloatField(allow_null=True))
    unknown_points = serializers.FloatField(
        allow_null=True, help_text="How much lower the risk would be if all that is unknown turned out well."
    )
    answers = serializers.DictField(child=serializers.CharField(), help_text="Question and letter.")
    open_blockers = serializers.IntegerField()
    annual_value = serializers.FloatField(allow_null=True)
    capacity_fte = serializers.DecimalField(6, 2, allow_null=True)
    remaining_cost = serializers.DecimalField(
        16, 2, allow_null=True, help_text="In the portfolio's currency, by the rate of the day."
    )
    committed_on = serializers.DateField(allow_null=True)
    p50_on = serializers.DateField(allow_null=True)
    p80_on = serializers.DateField(allow_null=True)
    p95_on = serializers.DateField(allow_null=True)
    p_on_time = serializers.FloatField(allow_null=True)


class DayPage(serializers.Serializer[Any]):
    """One part of the stored days, the newest first."""

    items = DayOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class Days(ApiView):
    @extend_schema(
        operation_id="list_days",
        summary="List what a project was like on past days",
        description="A row holds until something changes; every night the worker compares.",
        parameters=[cursors.PageQuery],
        responses=DayPage,
    )
    def get(self, request: Request, key: str) -> Response:
        project = project_to_read(Actor.of(request), key)
        asked = inputs.query(cursors.PageQuery, request)
        rows = ProjectDay.objects.filter(project=project, portfolio_id=project.portfolio_id)
        found = rows.values("id", *COLUMNS, "unit__name", "owner__name")
        return Response(cursors.page(found, asked, _row, by="-since"))


def _row(values: dict[str, Any]) -> dict[str, Any]:
    shown = {name: values[name] for name in COLUMNS}
    return dict(DayOut(shown | {"unit": values["unit__name"], "owner": values["owner__name"]}).data)
