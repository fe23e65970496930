"""The summary of a portfolio by REST: the newest snapshot, with its day."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.insights.queries import summaries
from portfolio.operations.actions import runs
from projects.actors import Actor
from projects.api.idempotency import idempotent
from projects.api.portfolios import portfolio_to_read, portfolio_to_write
from projects.api.views import ApiView


class SummaryOut(serializers.Serializer[Any]):
    """The figures of one day; null everywhere until the first summary was taken."""

    portfolio = serializers.CharField()
    day = serializers.DateField(allow_null=True, help_text="The day in the portfolio's time zone.")
    taken_at = serializers.DateTimeField(allow_null=True)
    model_version = serializers.IntegerField(allow_null=True, help_text="Of the way the figures are counted.")
    figures = serializers.DictField(
        allow_null=True,
        help_text="counts, stages, units, health, flags, flagged, quietest, moves: as on the page.",
    )


class SummaryRunOut(serializers.Serializer[Any]):
    """The run that takes it."""

    run = serializers.IntegerField()
    state = serializers.CharField()


class Summary(ApiView):
    @extend_schema(operation_id="read_summary", summary="Read a portfolio's summary", responses=SummaryOut)
    def get(self, request: Request, slug: str) -> Response:
        portfolio = portfolio_to_read(Actor.of(request), slug)
        found = summaries.latest(portfolio)
        return Response(
            {
                "portfolio": portfolio.slug,
                "day": found and found.day,
                "taken_at": found and found.taken_at,
                "model_version": found and found.model_version,
                "figures": found and found.body,
            }
        )

    @extend_schema(
        operation_id="take_summary",
        summary="Have the summary taken again",
        description="A worker takes it. One that waits or runs already is the answer.",
        request=None,
        responses={202: SummaryRunOut},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_write(actor, slug)
        run = runs.ask("summary", actor=actor, now=timezone.now(), portfolio=portfolio)
        return Response({"run": run.pk, "state": run.state}, status=202)
