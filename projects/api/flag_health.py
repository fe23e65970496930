"""What became of a portfolio's flags, by rule."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actors import Actor
from projects.api.portfolios import portfolio_to_read
from projects.api.views import ApiView
from projects.queries import flag_health
from projects.rules import flag_health as rules
from projects.rules.flags import RULES


class RuleHealthOut(serializers.Serializer[Any]):
    """One rule: flags of the last 90 days, and those open now."""

    rule = serializers.ChoiceField(list(RULES))
    open = serializers.IntegerField()
    opened = serializers.IntegerField()
    judged = serializers.IntegerField(help_text="Opened at least 14 days ago.")
    led = serializers.IntegerField(help_text="Of these: answered or cleared within 14 days.")
    share = serializers.FloatField(allow_null=True, help_text="Null: none can be judged yet.")
    flaps = serializers.IntegerField()
    snoozed = serializers.IntegerField(help_text="Flags that somebody let sleep.")
    median_days = serializers.IntegerField(allow_null=True, help_text="Null: too many are open to tell.")
    is_candidate = serializers.BooleanField(help_text="Fewer than 20% of at least 10 led to something.")
    advice = serializers.CharField(allow_blank=True, help_text="What tuning could mean.")


class FlagHealthOut(serializers.Serializer[Any]):
    """Every rule that has raised a flag lately or has one open."""

    items = RuleHealthOut(many=True)


class FlagHealth(ApiView):
    @extend_schema(
        operation_id="read_flag_health", summary="Read which rules lead to something", responses=FlagHealthOut
    )
    def get(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_read(actor, slug)
        permissions.require(actor, "balance.view", portfolio)
        return Response({"items": [_row(found) for found in flag_health.of(portfolio)]})


def _row(found: rules.Health) -> dict[str, Any]:
    names = ("rule", "open", "opened", "judged", "led", "share", "flaps", "snoozed", "median_days")
    shown = {name: getattr(found, name) for name in names}
    advice = rules.advice(found.rule) if found.is_candidate else ""
    return shown | {"is_candidate": found.is_candidate, "advice": advice}
