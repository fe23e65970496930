"""Scenarios by REST: kept, read beside the live plan, changed, adopted, removed."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.insights.actions import adoptions, scenarios
from portfolio.insights.actions.adoptions import Terms
from portfolio.insights.api.scenario_rows import (
    ADOPT,
    KEEP,
    AdoptIn,
    ScenarioChanges,
    ScenarioComparisonOut,
    ScenarioIn,
    ScenarioOut,
    ScenariosOut,
    row,
)
from portfolio.insights.models import Scenario
from portfolio.insights.queries import abreast
from portfolio.insights.queries import scenarios as queries
from projects import permissions
from projects.actors import Actor
from projects.api import inputs, people, versions
from projects.api.idempotency import idempotent
from projects.api.inputs import In
from projects.api.portfolios import portfolio_to_read, portfolio_to_write
from projects.api.schema import example, parameter
from projects.api.views import ApiView
from projects.errors import Refused
from projects.models import Portfolio

ID = parameter("scenario_id", "Id of the scenario.", place="path", kind=int)


class ComparisonQuery(In):
    """What stands beside it."""

    # Python keeps `with` for itself; the page's address uses it.
    other = serializers.IntegerField(
        min_value=1, max_value=inputs.LARGEST_ID, required=False, help_text="Id of another scenario."
    )
    measure = inputs.Choice(["effort", "cost", "count"], required=False)


class Scenarios(ApiView):
    @extend_schema(operation_id="list_scenarios", summary="List scenarios", responses=ScenariosOut)
    def get(self, request: Request, slug: str) -> Response:
        portfolio = _readable(request, slug)
        inputs.query(In, request)
        found = list(queries.listed(portfolio))
        names = queries.names_of(portfolio, _keys(found))
        return Response({"items": [row(each, names) for each in _of(portfolio, found)]})

    @extend_schema(
        operation_id="keep_scenario",
        summary="Keep a scenario",
        description="A what-if under a name; the portfolio itself stays as it is.",
        request=ScenarioIn,
        responses={201: ScenarioOut},
        examples=[KEEP],
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_write(actor, slug)
        permissions.require(actor, "scenario.edit", portfolio)
        said = inputs.body(ScenarioIn, request)
        try:
            kept = scenarios.keep(portfolio.pk, actor=actor, **said)
        except Refused as refusal:
            raise _wrong(refusal) from None
        return _shown(portfolio, kept.pk, status=201)


class OneScenario(ApiView):
    @extend_schema(
        operation_id="read_scenario", summary="Read a scenario", parameters=[ID], responses=ScenarioOut
    )
    def get(self, request: Request, slug: str, scenario_id: int) -> Response:
        portfolio = _readable(request, slug)
        inputs.query(In, request)
        return _shown(portfolio, scenario_id)

    @extend_schema(
        operation_id="change_scenario",
        summary="Change a scenario",
        description="Changes what is named and leaves the rest.",
        parameters=[ID],
        request=ScenarioChanges,
        responses=ScenarioOut,
        examples=[example("Another name", {"name": "Fewer bets"})],
    )
    def patch(self, request: Request, slug: str, scenario_id: int) -> Response:
        actor = Actor.of(request)
        portfolio, scenario = _editable(actor, slug, scenario_id)
        said = inputs.body(ScenarioChanges, request)
        version = versions.stated(request, scenario.version)
        try:
            scenarios.change(scenario.pk, version=version, actor=actor, **said)
        except Refused as refusal:
            raise _wrong(refusal) from None
        return _shown(portfolio, scenario.pk)

    @extend_schema(
        operation_id="remove_scenario",
        summary="Remove a scenario",
        description="What was adopted of it stays done.",
        parameters=[ID],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, slug: str, scenario_id: int) -> Response:
        actor = Actor.of(request)
        _, scenario = _editable(actor, slug, scenario_id)
        version = versions.stated(request, scenario.version) if "If-Match" in request.headers else None
        scenarios.remove(scenario.pk, version=version, actor=actor)
        return Response(status=204)


class Comparison(ApiView):
    @extend_schema(
        operation_id="compare_scenario",
        summary="Read a scenario beside the live plan",
        description="Computed from what is true now; `other` puts a second scenario beside it.",
        parameters=[ID, ComparisonQuery],
        responses=ScenarioComparisonOut,
    )
    def get(self, request: Request, slug: str, scenario_id: int) -> Response:
        portfolio = _readable(request, slug)
        asked = inputs.query(ComparisonQuery, request)
        chosen = [queries.one(portfolio, scenario_id)]
        if "other" in asked:
            chosen.append(queries.one(portfolio, asked["other"]))
        return Response(abreast.plain(portfolio, chosen, asked.get("measure", "")))


class Adoption(ApiView):
    @extend_schema(
        operation_id="adopt_scenario",
        summary="Adopt a scenario",
        description=(
            "Carries out the changes that are still open, each by the action that people use for it, with "
            "its gate and its rights. Each is done or refused by itself; `adoption` says what became of it."
        ),
        parameters=[ID],
        request=AdoptIn,
        responses=ScenarioOut,
        examples=[ADOPT],
    )
    @idempotent
    def post(self, request: Request, slug: str, scenario_id: int) -> Response:
        actor = Actor.of(request)
        portfolio, scenario = _editable(actor, slug, scenario_id)
        said = inputs.body(AdoptIn, request)
        terms = {name: said[name] for name in TERMS if name in said}
        if "hold_approver" in said:
            offered = queries.who_may_approve(portfolio, but_not=actor.user_id)
            terms["hold_approver"] = people.named(said["hold_approver"], offered, "hold_approver")
        only = [each.compact() for each in _parsed(said["only"])] if "only" in said else None
        adoptions.adopt(
            scenario.pk, version=None, reason=said["reason"], only=only, terms=Terms(**terms), actor=actor
        )
        return _shown(portfolio, scenario.pk)


TERMS = ("stop_reason", "stop_note", "hold_note", "hold_until", "start_note")


def _readable(request: Request, slug: str) -> Portfolio:
    actor = Actor.of(request)
    portfolio = portfolio_to_read(actor, slug)
    permissions.require(actor, "balance.view", portfolio)
    return portfolio


def _editable(actor: Actor, slug: str, scenario_id: int) -> tuple[Portfolio, Scenario]:
    portfolio = portfolio_to_write(actor, slug)
    permissions.require(actor, "scenario.edit", portfolio)
    return portfolio, queries.one(portfolio, scenario_id)


def _parsed(said: list[str]) -> Any:
    try:
        return scenarios.parse(said)
    except scenarios.Unclear as unclear:
        raise serializers.ValidationError({"only": [each.message for each in unclear.problems]}) from None


def _wrong(refusal: Refused) -> Exception:
    """What is wrong with the changes is wrong with the body; any other refusal stays one."""
    if refusal.code != "changes_unclear":
        return refusal
    return serializers.ValidationError(
        {"changes": [f"{each.message} {each.remedy}" for each in refusal.obstacles]}
    )


def _keys(found: list[Scenario]) -> list[str]:
    return [change.project for each in found for change in queries.changes_of(each) if change.project]


def _of(portfolio: Portfolio, found: list[Scenario]) -> list[Scenario]:
    """With the portfolio that is known already, so that no row asks for it."""
    for each in found:
        each.portfolio = portfolio
    return found


def _shown(portfolio: Portfolio, scenario_id: int, status: int = 200) -> Response:
    scenario = _of(portfolio, [queries.one(portfolio, scenario_id)])[0]
    headers = {"ETag": f'"{scenario.version}"'}
    if status == 201:
        headers["Location"] = f"/api/v1/portfolios/{portfolio.slug}/scenarios/{scenario.pk}"
    names = queries.names_of(portfolio, _keys([scenario]))
    return Response(row(scenario, names), status=status, headers=headers)
