"""The scorecard of a portfolio: what projects are asked, and every number that turns answers into scores."""

import re
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import scorecards
from projects.actors import Actor
from projects.api import inputs
from projects.api.idempotency import idempotent
from projects.api.inputs import In
from projects.api.portfolios import portfolio_to_read
from projects.api.schema import example
from projects.api.views import ApiView
from projects.models import Portfolio, ScorecardVersion
from projects.rules.scorecards import ScorecardInvalid


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


class ScorecardIn(In):
    """A scorecard to publish as the next version."""

    document = serializers.DictField(help_text="As it is read; its version is given anew.")
    note = serializers.CharField(
        max_length=300, allow_blank=True, default="", help_text="What changes, and why."
    )
    number = serializers.IntegerField(
        min_value=1,
        max_value=1_000_000,
        required=False,
        allow_null=True,
        default=None,
        help_text="Of the version that was edited; 409 when it is no longer the newest.",
    )


class Scorecard(ApiView):
    @extend_schema(
        operation_id="read_scorecard", summary="Read a portfolio's scorecard", responses=ScorecardOut
    )
    def get(self, request: Request, slug: str) -> Response:
        portfolio = portfolio_to_read(Actor.of(request), slug)
        if portfolio.scorecard is None:
            raise Http404
        return Response(_shown(portfolio, portfolio.scorecard))

    @extend_schema(
        operation_id="publish_scorecard",
        summary="Publish a scorecard",
        description="The next version is in force at once, and the worker makes all scores of the portfolio "
        "anew. A document with a mistake: 400, and `errors` names every place in it and the fix.",
        request=ScorecardIn,
        responses={201: ScorecardOut},
        examples=[example("Read, changed, sent back", {"document": {"…": "…"}, "note": "Two more."})],
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_read(actor, slug)
        permissions.require(actor, "scorecard.publish", portfolio)
        said = inputs.body(ScorecardIn, request)
        try:
            version = scorecards.publish(
                portfolio.pk, definition=said["document"], note=said["note"], base=said["number"], actor=actor
            )
        except ScorecardInvalid as invalid:
            errors: dict[str, list[str]] = {}
            for problem in invalid.problems:
                place = ".".join(["document", *re.findall(r"[^.\[\]]+", problem.path)])
                errors.setdefault(place, []).append(f"{problem.message} {problem.remedy}")
            raise ValidationError(errors) from invalid
        return Response(_shown(portfolio, version), status=201)


def _shown(portfolio: Portfolio, version: ScorecardVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "model_version": version.rules.model_version,
        "published_at": version.published_at,
        "note": version.note,
        "risk_line": portfolio.risk_line,
        "impact_line": portfolio.impact_line,
        "document": version.definition,
    }
