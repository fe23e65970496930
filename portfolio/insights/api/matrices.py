"""The matrix by REST: its quadrants, its load, and its points as columns, as rows or counted in cells."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.insights.charts.spots import OVER
from portfolio.insights.queries import points, sights
from portfolio.insights.queries.choices import WORDS
from portfolio.insights.queries.points import Points
from portfolio.insights.rules.balance import mixes
from portfolio.insights.rules.entries import QUADRANTS
from portfolio.insights.rules.matrix.readings import IMPACT, PROBABILITY, RISK, SIZES, VALUE
from projects import permissions
from projects.actors import Actor
from projects.api import inputs
from projects.api.inputs import Choice, In
from projects.api.portfolios import portfolio_to_read
from projects.api.views import ApiView
from projects.models import Portfolio
from projects.models.scorecards import card_of

FORMS = ("columns", "rows", "cells")
RANGE = r"^\d{1,3}-\d{1,3}$"


class MatrixQuery(In):
    """Which look; filters as on the page, an absent one means any."""

    day = inputs.Day(required=False, help_text="A past day; without it the matrix of now.")
    form = Choice(list(FORMS), required=False, help_text="Points as columns (as it is), rows, or cells.")
    across = serializers.CharField(required=False, max_length=8, help_text="risk, p, or a pitfall's code.")
    up = Choice([IMPACT, VALUE], required=False)
    size = Choice(list(SIZES), required=False, help_text="What `amount` and shares are of.")
    x = serializers.RegexField(RANGE, required=False, help_text="A range of `across`, such as 40-50.")
    y = serializers.RegexField(RANGE, required=False, help_text="A range of the impact.")
    live = Choice(["1"], required=False, help_text="Live products too; shares leave them out.")
    unit = serializers.IntegerField(required=False, min_value=1)
    owner = serializers.IntegerField(required=False, min_value=1)
    stage = serializers.CharField(required=False, max_length=40)
    health = Choice(sorted(WORDS["health"]), required=False)
    status = Choice(sorted(WORDS["status"]), required=False)
    kind = Choice(sorted(WORDS["kind"]), required=False)
    tier = Choice(sorted(WORDS["tier"]), required=False)
    quadrant = Choice(sorted(WORDS["quadrant"]), required=False)
    gap = Choice(["yes", "no"], required=False, help_text="A critical gap.")
    unproven = Choice(["yes", "no"], required=False)


class QuadrantOut(serializers.Serializer[Any]):
    """One quadrant; shares from 0 to 1, null: not known or not planned."""

    code = serializers.CharField()
    projects = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True)
    target = serializers.FloatField(allow_null=True)
    is_over = serializers.BooleanField(help_text=f"By {100 * OVER:.0f} points or more.")


class LoadOut(serializers.Serializer[Any]):
    """The share at or above the load line."""

    share = serializers.FloatField(allow_null=True)
    limit = serializers.FloatField()
    line = serializers.IntegerField()


class MatrixOut(serializers.Serializer[Any]):
    """One look; what was not asked for is null."""

    portfolio = serializers.CharField()
    day = serializers.DateField()
    is_past = serializers.BooleanField()
    is_generated = serializers.BooleanField(help_text="Whether invented history is in it.")
    across = serializers.CharField()
    up = serializers.CharField()
    size = serializers.CharField()
    quadrants = QuadrantOut(many=True)
    load = LoadOut()
    without_place = serializers.DictField(
        child=serializers.IntegerField(), help_text="intake, unassessed, none (not scored yet)"
    )
    columns = serializers.DictField(allow_null=True, help_text=", ".join(points.COLUMNS))
    rows = serializers.ListField(child=serializers.DictField(), allow_null=True)
    cells = serializers.ListField(
        child=serializers.DictField(), allow_null=True, help_text="x, y: its middle; count; median"
    )


class Matrix(ApiView):
    @extend_schema(
        operation_id="read_matrix",
        summary="Read a portfolio's matrix",
        description="Quadrants and load are of all that the filters let through, points of the range.",
        parameters=[MatrixQuery],
        responses=MatrixOut,
    )
    def get(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_read(actor, slug)
        permissions.require(actor, "balance.view", portfolio)
        asked = inputs.query(MatrixQuery, request)
        codes = [each.code for each in card_of(portfolio).pitfalls] if portfolio.scorecard_id else []
        across = asked.get("across", RISK)
        if across not in (RISK, PROBABILITY, *codes):
            raise serializers.ValidationError(
                {"across": [f"Use one of {', '.join([RISK, PROBABILITY, *codes])}."]}
            )
        form = asked.get("form", "columns")
        sight = sights.parse({name: str(value) for name, value in asked.items()}, codes)
        found = points.plain(portfolio, sight, timezone.now(), as_cells=form == "cells")
        if found is None:
            raise Http404
        return Response(_out(portfolio, sight, found, form))


def _out(portfolio: Portfolio, sight: sights.Sight, found: Points, form: str) -> dict[str, Any]:
    columns = found.columns
    rows = zip(*columns.values(), strict=True)
    return {
        "portfolio": portfolio.slug,
        "day": found.frame.day,
        "is_past": found.frame.is_past,
        "is_generated": found.frame.has_generated,
        "across": sight.across,
        "up": sight.up,
        "size": found.size,
        "quadrants": _quadrants(found),
        "load": _load(found),
        "without_place": {code or "none": number for code, number in found.totals.beside.items()},
        "columns": columns if form == "columns" else None,
        "rows": [dict(zip(columns, row, strict=True)) for row in rows] if form == "rows" else None,
        "cells": _cells(found) if form == "cells" else None,
    }


def _quadrants(found: Points) -> list[dict[str, Any]]:
    totals = found.totals
    amounts = totals.amounts[found.size] if totals.known[found.size] else {}
    whole = sum(amounts.values())
    target = (mixes.target(found.frame.target) if found.size != "value" else None) or {}
    shares = {code: amounts.get(code, 0) / whole if whole else None for code in QUADRANTS}
    return [
        {
            "code": code,
            "projects": totals.counts.get(code, 0),
            "share": share,
            "target": target.get(code),
            "is_over": share is not None and code in target and round(share - target[code], 9) >= OVER,
        }
        for code, share in shares.items()
    ]


def _load(found: Points) -> dict[str, Any]:
    size = "equal" if found.size == "value" else found.size
    return {
        "share": found.totals.load(size),
        "limit": found.frame.limit / 100,
        "line": found.frame.risk_line,
    }


def _cells(found: Points) -> list[dict[str, Any]]:
    return [
        {"x": each.across, "y": each.up, "count": each.count, "median": each.median} for each in found.cells
    ]
