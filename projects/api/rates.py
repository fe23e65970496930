"""Exchange rates of a portfolio."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import rates
from projects.actors import Actor
from projects.api import inputs
from projects.api.idempotency import idempotent
from projects.api.inputs import Day, In
from projects.api.portfolios import portfolio_to_read, portfolio_to_write
from projects.api.schema import parameter
from projects.api.views import ApiView
from projects.models import Portfolio, Rate


class RateIn(In):
    """What one unit of a currency is worth in the portfolio's, from a day on."""

    currency = serializers.RegexField(
        r"^[A-Z]{3}\Z",
        help_text="Three capital letters.",
        error_messages={"invalid": "Use the three capital letters of a currency, such as USD."},
    )
    from_on = Day()
    rate = serializers.DecimalField(18, 8, help_text="Such as 0.92.")


class RateOut(serializers.Serializer[Any]):
    """A rate, which holds until the next of its currency."""

    id = serializers.IntegerField()
    currency = serializers.CharField()
    from_on = serializers.DateField()
    rate = serializers.DecimalField(18, 8, help_text="As text.")


class RatesOut(serializers.Serializer[Any]):
    """All rates, the newest of each currency first."""

    currency = serializers.CharField(help_text="The portfolio's own.")
    items = RateOut(many=True)


EXAMPLE = OpenApiExample(
    "A quarter", {"currency": "USD", "from_on": "2026-10-01", "rate": "0.92"}, request_only=True
)


class Rates(ApiView):
    @extend_schema(operation_id="list_rates", summary="List exchange rates", responses=RatesOut)
    def get(self, request: Request, slug: str) -> Response:
        return Response(_all(portfolio_to_read(Actor.of(request), slug)))

    @extend_schema(
        operation_id="set_rate",
        summary="Set an exchange rate",
        description="A rate of the same day is replaced; the same again is no change (200).",
        request=RateIn,
        responses={201: RateOut, 200: RateOut},
        examples=[EXAMPLE],
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_write(actor, slug)
        permissions.require(actor, "rate.edit", portfolio)
        said = inputs.body(RateIn, request)
        before = set(Rate.objects.filter(portfolio=portfolio).values_list("pk", flat=True))
        row = rates.set_(portfolio.pk, actor=actor, **said)
        return Response(RateOut(row).data, status=200 if row.pk in before else 201)


class OneRate(ApiView):
    @extend_schema(
        operation_id="remove_rate",
        summary="Remove an exchange rate",
        description="Not there is no change.",
        parameters=[parameter("rate_id", "Id of the rate.", place="path", kind=int)],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, slug: str, rate_id: int) -> Response:
        actor = Actor.of(request)
        rates.remove(portfolio_to_write(actor, slug).pk, rate_id=rate_id, actor=actor)
        return Response(status=204)


def _all(portfolio: Portfolio) -> dict[str, Any]:
    rows = Rate.objects.filter(portfolio=portfolio).order_by("currency", "-from_on")
    return dict(RatesOut({"currency": portfolio.currency, "items": rows}).data)
