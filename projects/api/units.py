"""Business units of a portfolio."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects.actions import units as actions
from projects.actors import Actor
from projects.api import inputs
from projects.api.idempotency import idempotent
from projects.api.inputs import In
from projects.api.portfolios import PortfolioUnitOut, portfolio_to_read
from projects.api.views import ApiView
from projects.models import BusinessUnit


class UnitIn(In):
    """A unit, or a team in one."""

    name = serializers.CharField(max_length=120)
    team = serializers.CharField(
        max_length=120, default="", allow_blank=True, help_text="A unit inside of it; then that one is meant."
    )


class UnitsOut(serializers.Serializer[Any]):
    """All business units of a portfolio, by name."""

    items = PortfolioUnitOut(many=True)


SALES = OpenApiExample("A team", {"name": "Sales", "team": "Partners"}, request_only=True)


class Units(ApiView):
    @extend_schema(operation_id="list_units", summary="List business units", responses=UnitsOut)
    def get(self, request: Request, slug: str) -> Response:
        portfolio = portfolio_to_read(Actor.of(request), slug)
        inputs.query(In, request)
        rows = BusinessUnit.objects.filter(portfolio=portfolio).order_by("name", "pk")
        return Response({"items": list(rows.values("id", "name", "parent_id"))})

    @extend_schema(
        operation_id="add_unit",
        summary="Add a business unit",
        description="One of this name, whatever the letter case, is no change (200).",
        request=UnitIn,
        responses={201: PortfolioUnitOut, 200: PortfolioUnitOut},
        examples=[SALES],
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_read(actor, slug)
        said = inputs.body(UnitIn, request)
        known = set(BusinessUnit.objects.filter(portfolio=portfolio).values_list("pk", flat=True))
        unit = actions.find_or_create(portfolio.pk, actor=actor, **said)
        if unit is None:  # the serializer takes no empty name
            raise Http404
        shown = {"id": unit.pk, "name": unit.name, "parent_id": unit.parent_id}
        return Response(shown, status=200 if unit.pk in known else 201)
