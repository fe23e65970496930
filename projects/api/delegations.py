"""Deputies: who signs for whom in which role, from one day to another."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import delegations
from projects.actors import Actor
from projects.api import cursors, inputs, people
from projects.api.idempotency import idempotent
from projects.api.inputs import LARGEST_ID, Choice, Day, In
from projects.api.portfolios import portfolio_to_read, portfolio_to_write
from projects.api.schema import parameter
from projects.api.views import ApiView
from projects.models import BusinessUnit, Delegation, Portfolio, Role
from projects.queries import delegations as queries
from projects.rules.delegations import LONGEST_REASON, MOST_DAYS

COLUMNS = ("id", "role", "from_on", "to_on", "unit_id", "reason", "created_at", "ended_at")
RELATED = (*people.columns("person"), *people.columns("deputy"), *people.columns("created_by"))


class DelegationIn(In):
    """Who signs for whom, in which role and how long."""

    role = Choice(Role.choices)
    person = serializers.EmailField(
        required=False, help_text="Address of whoever has the role; without it, the caller."
    )
    deputy = serializers.EmailField(help_text="Address of an active person who may see the portfolio.")
    from_on = Day(help_text="First day, in the portfolio's time zone; not in the past.")
    to_on = Day(help_text=f"Last day, included; {MOST_DAYS} days at most.")
    unit = serializers.IntegerField(
        min_value=1,
        max_value=LARGEST_ID,
        allow_null=True,
        required=False,
        help_text="Id of a business unit: only its projects and those of the units in it.",
    )
    reason = serializers.CharField(max_length=LONGEST_REASON, allow_blank=True, default="")


class DelegationQuery(cursors.PageQuery):
    """Which delegations of a portfolio."""

    state = Choice(["current", "all"], default="current")


class DelegationOut(serializers.Serializer[Any]):
    """One delegation."""

    id = serializers.IntegerField()
    role = serializers.ChoiceField(Role.choices)
    person = people.PersonOut(help_text="Whoever has the role.")
    deputy = people.PersonOut()
    from_on = serializers.DateField()
    to_on = serializers.DateField()
    unit_id = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField(
        allow_blank=True, help_text="Empty for whoever is neither of the two nor a manager."
    )
    created_by = people.PersonOut(allow_null=True)
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True, help_text="When it was ended before its last day.")


class DelegationPage(serializers.Serializer[Any]):
    """One part of a list of delegations, the oldest first."""

    items = DelegationOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


HOLIDAY = OpenApiExample(
    "A holiday",
    {
        "role": "SE",
        "deputy": "dana@example.org",
        "from_on": "2027-07-05",
        "to_on": "2027-07-23",
        "reason": "Summer leave",
    },
    request_only=True,
)
ID = parameter("delegation_id", "Id of the delegation.", place="path", kind=int)


class Delegations(ApiView):
    @extend_schema(
        operation_id="list_delegations",
        summary="List deputies",
        description="Those in force or to come; `state=all` brings those that are over as well.",
        parameters=[DelegationQuery],
        responses=DelegationPage,
    )
    def get(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_read(actor, slug)
        asked = inputs.query(DelegationQuery, request)
        rows = Delegation.objects.filter(portfolio=portfolio)
        if asked["state"] == "current":
            rows = rows.filter(ended_at=None, to_on__gte=queries.today_in(portfolio))
        shape = _shape(actor, portfolio)
        return Response(cursors.page(rows.values(*COLUMNS, *RELATED), asked, shape))

    @extend_schema(
        operation_id="give_delegation",
        summary="Name a deputy",
        description="For oneself; managers also for others, never with themselves as the deputy. "
        "What somebody has only as a deputy cannot be lent on.",
        request=DelegationIn,
        responses={201: DelegationOut},
        examples=[HOLIDAY],
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_write(actor, slug)
        permissions.require(actor, "delegation.give", portfolio)
        said = _resolved(inputs.body(DelegationIn, request), portfolio, actor)
        return _shown(delegations.give(portfolio.pk, actor=actor, **said), actor, status=201)


class End(ApiView):
    @extend_schema(
        operation_id="end_delegation",
        summary="End a delegation",
        description="Either of the two may, and managers. Over already is no change.",
        parameters=[ID],
        request=None,
        responses=DelegationOut,
    )
    @idempotent
    def post(self, request: Request, slug: str, delegation_id: int) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_write(actor, slug)
        if not Delegation.objects.filter(portfolio=portfolio, pk=delegation_id).exists():
            raise Http404
        return _shown(delegations.end(delegation_id, actor=actor), actor)


def _resolved(said: dict[str, Any], portfolio: Portfolio, actor: Actor) -> dict[str, Any]:
    """The same with ids of people instead of addresses, and the unit."""
    able = queries.who_may_stand_in(portfolio)
    deputy = people.named(said.pop("deputy"), able, "deputy")
    person, unit = said.pop("person", None), said.pop("unit", None)
    said["person_id"] = people.named(person, able, "person").pk if person else actor.user_id
    if unit is not None:
        said["unit"] = BusinessUnit.objects.filter(pk=unit, portfolio=portfolio).first()
        if said["unit"] is None:
            raise ValidationError({"unit": [f"{portfolio.name} has no business unit with this id."]})
    return {**said, "deputy_id": deputy.pk}


def _shown(one: Delegation, actor: Actor, status: int = 200) -> Response:
    values = Delegation.objects.values(*COLUMNS, *RELATED).get(pk=one.pk)
    return Response(_shape(actor, one.portfolio)(values), status=status)


def _shape(actor: Actor, portfolio: Portfolio) -> Any:
    """A function that shows a row to this actor: why somebody is away is not everybody's affair."""
    manages = permissions.granted(actor, "delegation.manage", portfolio)

    def shape(values: dict[str, Any]) -> dict[str, Any]:
        shown = {name: values[name] for name in COLUMNS}
        who = {name: people.of(values, name) for name in ("person", "deputy", "created_by")}
        if not manages and actor.user_id not in (values["person_id"], values["deputy_id"]):
            shown["reason"] = ""
        return shown | who

    return shape
