"""The scorecard of a portfolio: what projects are asked, and every number that turns answers into scores."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects.actors import Actor
from projects.api.portfolios import portfolio_to_read
from projects.api.views import ApiView


class ScorecardOut(serializers.Serializer[Any]):
    """The scorecard in force."""

    number = serializers.IntegerField(help_text="Of its publication in this portfolio.")
    model_version = serializers.CharField(help_text="What a stored score names as its maker.")
    published_at = serializers.DateTimeField()
    note = serializers.CharField(allow_blank=True)
    risk_line = serializers.IntegerField(help_text="The portfolio's own; in force instead of the document's.")
    impact_line = serializers.IntegerField(help_text="The portfolio's own.")
    document = serializers.DictField(
        help_text="Pitfalls, panels, questions and constants, as published; it can be published again."
    )


class Scorecard(ApiView):
    @extend_schema(
        operation_id="read_scorecard", summary="Read a portfolio's scorecard", responses=ScorecardOut
    )
    def get(self, request: Request, slug: str) -> Response:
        portfolio = portfolio_to_read(Actor.of(request), slug)
        version = portfolio.scorecard
        if version is None:
            raise Http404
        return Response(
            {
                "number": version.number,
                "model_version": version.rules.model_version,
                "published_at": version.published_at,
                "note": version.note,
                "risk_line": portfolio.risk_line,
                "impact_line": portfolio.impact_line,
                "document": version.definition,
            }
        )
