"""Limits of time in stage of a portfolio."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects.actions import stay_limits as actions
from projects.actors import Actor
from projects.api.idempotency import idempotent
from projects.api.portfolios import portfolio_to_read, portfolio_to_write
from projects.api.views import ApiView
from projects.models import Portfolio
from projects.queries import stay_limits as queries


class StayDaysOut(serializers.Serializer[Any]):
    """Days by which half, 85 and 95 of 100 projects have left."""

    p50 = serializers.IntegerField(allow_null=True)
    p85 = serializers.IntegerField(allow_null=True)
    p95 = serializers.IntegerField(allow_null=True)


class StageLimitsOut(serializers.Serializer[Any]):
    """The limits of one stage, and what they are made of."""

    stage = serializers.CharField(help_text="The standard code.")
    in_force = StayDaysOut()
    default = StayDaysOut(help_text="The workflow's.")
    observed = StayDaysOut(help_text="null: too many projects are still in the stage to tell.")
    exits = serializers.IntegerField(help_text="How many stays are over.")
    generated = serializers.IntegerField(help_text="How many of them are invented, to give a sample a past.")
    weight = serializers.FloatField(help_text="How much history counts beside the default, from 0 to 1.")
    held_back = serializers.BooleanField(help_text="A limit moves by a quarter at most each time.")


class StayLimitsOut(serializers.Serializer[Any]):
    """The limits in force; version 0 are the workflow's own."""

    version = serializers.IntegerField()
    made_at = serializers.DateTimeField(allow_null=True)
    items = StageLimitsOut(many=True)


class Limits(ApiView):
    @extend_schema(
        operation_id="read_stay_limits", summary="Read the limits of time in stage", responses=StayLimitsOut
    )
    def get(self, request: Request, slug: str) -> Response:
        return Response(_all(portfolio_to_read(Actor.of(request), slug)))

    @extend_schema(
        operation_id="make_stay_limits",
        summary="Learn the limits of time in stage anew",
        description="As every Monday: from the stays of the portfolio's projects. A new version answers 201; "
        "where history says what it said before, nothing changes (200).",
        request=None,
        responses={201: StayLimitsOut, 200: StayLimitsOut},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_write(actor, slug)
        made = actions.make(portfolio.pk, actor=actor, now=timezone.now())
        return Response(_all(portfolio), status=201 if made else 200)


def _all(portfolio: Portfolio) -> dict[str, Any]:
    made = queries.newest(portfolio.pk)
    items = [_item(row) for row in queries.rows(portfolio, made)]
    return dict(
        StayLimitsOut(
            {
                "version": made.version if made else 0,
                "made_at": made.made_at if made else None,
                "items": items,
            }
        ).data
    )


def _item(row: queries.Row) -> dict[str, Any]:
    line = row.line or {}
    return {
        "stage": row.standard,
        "in_force": row.in_force,
        "default": row.default,
        "observed": line.get("observed") or dict.fromkeys(row.default),
        "exits": line.get("exits", 0),
        "generated": line.get("generated", 0),
        "weight": line.get("weight", 0.0),
        "held_back": line.get("held_back", False),
    }
