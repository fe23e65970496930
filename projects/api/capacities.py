"""Who is there to do the work: kinds of work of a portfolio, and people by month."""

from datetime import date
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import capacity
from projects.actors import Actor
from projects.api import etags, inputs
from projects.api.idempotency import idempotent
from projects.api.inputs import In
from projects.api.portfolios import portfolio_to_read, portfolio_to_write
from projects.api.schema import example, parameter
from projects.api.views import ApiView
from projects.models import Capability, Portfolio
from projects.queries import capacities
from projects.rules import capacities as rules
from projects.rules import supply_tables

ID = parameter("capability_id", "Id of the kind of work.", place="path", kind=int)


@extend_schema_field({"type": "string", "maxLength": 40})
class Month(serializers.CharField):
    """A month as 2026-11."""

    default_error_messages = {"not_a_month": "Write the month as 2026-11."}

    def __init__(self, **options: Any) -> None:
        super().__init__(help_text="A month, as 2026-11.", **options)

    def to_internal_value(self, value: Any) -> date:  # type: ignore[override]
        found = supply_tables.month_of(super().to_internal_value(value))
        if found is None:
            self.fail("not_a_month")
        return found

    def to_representation(self, value: Any) -> str:
        return f"{value:%Y-%m}"


class CapabilityIn(In):
    """The name of a kind of work."""

    name = serializers.CharField(max_length=rules.LONGEST_NAME)


class SupplyIn(In):
    """How many there are from a month on."""

    from_month = Month()
    fte = serializers.DecimalField(
        7, 2, min_value=0, allow_null=True, help_text="Full-time people; null takes the month back."
    )


class SuppliesIn(In):
    """The months of which something is said; the others stay."""

    supplies = SupplyIn(  # type: ignore[call-arg]  # known to lists only
        many=True, allow_empty=False, max_length=supply_tables.MOST_MONTHS
    )


class SupplyOut(serializers.Serializer[Any]):
    """How many there are from a month on, until the next."""

    from_month = Month()
    fte = serializers.DecimalField(7, 2, help_text="As text.")


class CapabilityOut(serializers.Serializer[Any]):
    """A kind of work with the people who are there and who are needed."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    needed_today = serializers.DecimalField(
        9, 2, help_text="By projects under way; those on hold need nobody."
    )
    supplies = SupplyOut(many=True)


class CapabilitiesOut(serializers.Serializer[Any]):
    """All kinds of work of a portfolio."""

    items = CapabilityOut(many=True)


PLAN = OpenApiExample(
    "A year",
    {"supplies": [{"from_month": "2026-11", "fte": "14"}, {"from_month": "2027-05", "fte": "16"}]},
    request_only=True,
)


class Capabilities(ApiView):
    @extend_schema(
        operation_id="list_capabilities",
        summary="List who is there",
        description="For members of the portfolio.",
        responses=CapabilitiesOut,
    )
    def get(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_read(actor, slug)
        permissions.require(actor, "balance.view", portfolio)
        return Response({"items": _all(portfolio)})

    @extend_schema(
        operation_id="add_capability",
        summary="Add a kind of work",
        description="One of this name, whatever the letter case, is no change (200).",
        request=CapabilityIn,
        responses={201: CapabilityOut, 200: CapabilityOut},
        examples=[example("A kind of work", {"name": "Prompt engineering"})],
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_write(actor, slug)
        permissions.require(actor, "capacity.edit", portfolio)
        said = inputs.body(CapabilityIn, request)
        is_new = capacities.named(portfolio, said["name"]) is None
        kind = capacity.add(portfolio.pk, actor=actor, **said)
        return Response(_one(portfolio, kind.pk), status=201 if is_new else 200)


class OneCapability(ApiView):
    @extend_schema(
        operation_id="read_capability",
        summary="Read a kind of work",
        parameters=[ID],
        responses=CapabilityOut,
    )
    def get(self, request: Request, slug: str, capability_id: int) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_read(actor, slug)
        permissions.require(actor, "balance.view", portfolio)
        if capacities.of_id(portfolio.pk, capability_id) is None:
            raise Http404
        return Response(_one(portfolio, capability_id))

    @extend_schema(
        operation_id="rename_capability",
        summary="Rename a kind of work",
        parameters=[ID],
        request=CapabilityIn,
        responses=CapabilityOut,
        examples=[example("Another name", {"name": "Data engineers"})],
    )
    @etags.guarded
    def patch(self, request: Request, slug: str, capability_id: int) -> Response:
        actor = Actor.of(request)
        portfolio, kind = _found(actor, slug, capability_id)
        capacity.rename(kind.pk, actor=actor, **inputs.body(CapabilityIn, request))
        return Response(_one(portfolio, kind.pk))

    @extend_schema(
        operation_id="remove_capability",
        summary="Remove a kind of work",
        description="Refused while projects need it; the obstacles name them.",
        parameters=[ID],
        request=None,
        responses={204: None},
    )
    @etags.guarded
    def delete(self, request: Request, slug: str, capability_id: int) -> Response:
        actor = Actor.of(request)
        _, kind = _found(actor, slug, capability_id)
        capacity.remove(kind.pk, actor=actor)
        return Response(status=204)


class Supplies(ApiView):
    @extend_schema(
        operation_id="set_supplies",
        summary="Say how many are there",
        description="Of the months that are named; the same again changes nothing.",
        parameters=[ID],
        request=SuppliesIn,
        responses=CapabilityOut,
        examples=[PLAN],
    )
    @idempotent
    def post(self, request: Request, slug: str, capability_id: int) -> Response:
        actor = Actor.of(request)
        portfolio, kind = _found(actor, slug, capability_id)
        said = inputs.body(SuppliesIn, request)["supplies"]
        supplies = {each["from_month"]: each["fte"] for each in said}
        capacity.set_supply(kind.pk, supplies=supplies, actor=actor)
        return Response(_one(portfolio, kind.pk))


def _found(actor: Actor, slug: str, capability_id: int) -> tuple[Portfolio, Capability]:
    """The kind of work to change; 404 for one of another portfolio."""
    portfolio = portfolio_to_write(actor, slug)
    permissions.require(actor, "capacity.edit", portfolio)
    kind = capacities.of_id(portfolio.pk, capability_id)
    if kind is None:
        raise Http404
    return portfolio, kind


def _one(portfolio: Portfolio, capability_id: int) -> dict[str, Any]:
    return next(each for each in _all(portfolio) if each["id"] == capability_id)


def _all(portfolio: Portfolio) -> list[dict[str, Any]]:
    needed = capacities.needed(portfolio, timezone.localdate())
    rows = [
        {
            "id": kind.pk,
            "name": kind.name,
            "needed_today": needed.get(kind.pk, 0),
            "supplies": kind.supplies.all(),
        }
        for kind in capacities.of_portfolio(portfolio)
    ]
    return list(CapabilityOut(rows, many=True).data)
