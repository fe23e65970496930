"""Portfolios: which there are, and how their workflow looks."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import portfolios as actions
from projects.actors import Actor
from projects.api import cursors, etags, inputs, portfolio_inputs
from projects.api.idempotency import idempotent
from projects.api.inputs import In
from projects.api.portfolio_inputs import PortfolioChanges, PortfolioIn
from projects.api.views import ApiView
from projects.models import STANDARD_STAGES, BusinessUnit, Portfolio
from projects.models.workflows import parsed

COLUMNS = ("slug", "name", "key_prefix", "currency", "time_zone", "created_at", "archived_at")

SETTINGS = (
    *("description", "risk_line", "impact_line", "risk_load_limit", "target_mix"),
    *("working_days", "holiday_region", "holidays"),
)


class PortfolioRow(serializers.Serializer[Any]):
    """A portfolio as the list shows it."""

    slug = serializers.CharField(help_text="Its short name in addresses and filters.")
    name = serializers.CharField()
    key_prefix = serializers.CharField()
    currency = serializers.CharField()
    time_zone = serializers.CharField()
    created_at = serializers.DateTimeField()
    archived_at = serializers.DateTimeField(allow_null=True)


class PortfolioPage(serializers.Serializer[Any]):
    """One part of the list of portfolios."""

    items = PortfolioRow(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class StageOut(serializers.Serializer[Any]):
    """One stage of the workflow, and the gate out of it."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    standard = serializers.ChoiceField(STANDARD_STAGES)
    gate = serializers.CharField(allow_null=True, help_text="Code of the gate to the next stage.")


class ReasonOut(serializers.Serializer[Any]):
    """A reason code that a move can give."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class WorkflowOut(serializers.Serializer[Any]):
    """The workflow that new projects follow."""

    number = serializers.IntegerField()
    name = serializers.CharField()
    stages = StageOut(many=True)
    back_reasons = ReasonOut(many=True)
    stop_reasons = ReasonOut(many=True)


class PortfolioUnitOut(serializers.Serializer[Any]):
    """A business unit of a portfolio."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    parent_id = serializers.IntegerField(allow_null=True)


class PortfolioOut(PortfolioRow):
    """A portfolio with its workflow and its business units."""

    description = serializers.CharField(allow_blank=True)
    risk_line = serializers.IntegerField()
    impact_line = serializers.IntegerField()
    risk_load_limit = serializers.IntegerField(help_text="Percent of effort.")
    target_mix = serializers.DictField(
        child=serializers.IntegerField(), help_text="Shares of effort aimed at, by quadrant, in percent."
    )
    working_days = serializers.ListField(
        child=serializers.IntegerField(), help_text="Days of the week, Monday as 0."
    )
    holiday_region = serializers.CharField(
        allow_blank=True, help_text="A country (DE) or its region (DE-BY), whose public holidays are off."
    )
    holidays = serializers.ListField(child=serializers.DateField(), help_text="Other days off.")
    workflow = WorkflowOut(allow_null=True)
    units = PortfolioUnitOut(many=True)


OPENED = OpenApiExample(
    "Claims",
    {
        "name": "Claims",
        "slug": "claims-2",
        "key_prefix": "CLX",
        "preset": "lean",
        "time_zone": "Europe/Lisbon",
    },
    request_only=True,
)
CHANGED = OpenApiExample(
    "A lower load line", {"risk_line": 40, "working_days": [0, 1, 2, 3]}, request_only=True
)


class Portfolios(ApiView):
    @extend_schema(
        operation_id="list_portfolios",
        summary="List portfolios",
        parameters=[cursors.PageQuery],
        responses=PortfolioPage,
    )
    def get(self, request: Request) -> Response:
        actor = Actor.of(request)
        permissions.require_scope(actor, "portfolio.view")
        asked = inputs.query(cursors.PageQuery, request)
        rows = Portfolio.objects.visible_to(actor).values("id", *COLUMNS)
        return Response(cursors.page(rows, asked, lambda row: {name: row[name] for name in COLUMNS}))

    @extend_schema(
        operation_id="create_portfolio",
        summary="Open a portfolio",
        description="For administrators of the installation who have signed in; a key gets 403.",
        request=PortfolioIn,
        responses={201: PortfolioOut},
        examples=[OPENED],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        actor = Actor.of(request)
        permissions.require(actor, "portfolio.create")
        made = actions.create(actor=actor, **inputs.body(PortfolioIn, request))
        headers = {"Location": f"/api/v1/portfolios/{made.slug}"}
        return Response(_detail(portfolio_to_write(actor, made.slug)), status=201, headers=headers)


class OnePortfolio(ApiView):
    @extend_schema(operation_id="read_portfolio", summary="Read a portfolio", responses=PortfolioOut)
    def get(self, request: Request, slug: str) -> Response:
        portfolio = portfolio_to_read(Actor.of(request), slug)
        inputs.query(In, request)
        return Response(_detail(portfolio))

    @extend_schema(
        operation_id="change_portfolio",
        summary="Change a portfolio's settings",
        description="What is left out stays as it is.",
        request=PortfolioChanges,
        responses=PortfolioOut,
        examples=[CHANGED],
    )
    @etags.guarded
    def patch(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_write(actor, slug)
        permissions.require(actor, "portfolio.edit", portfolio)
        said = portfolio_inputs.settings(inputs.body(PortfolioChanges, request))
        actions.edit(portfolio.pk, version=None, actor=actor, **said)
        return Response(_detail(portfolio_to_write(actor, slug)))


def _detail(portfolio: Portfolio) -> dict[str, Any]:
    shown = {name: getattr(portfolio, name) for name in (*COLUMNS, *SETTINGS)}
    units = BusinessUnit.objects.filter(portfolio=portfolio).order_by("name", "pk")
    shown["workflow"] = _workflow(portfolio)
    shown["units"] = list(units.values("id", "name", "parent_id"))
    return shown


def portfolio_to_write(actor: Actor, slug: str) -> Portfolio:
    """The portfolio with this short name; 404 for whoever may not know of it."""
    found = Portfolio.objects.visible_to(actor).select_related("workflow").filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def portfolio_to_change(request: Request, slug: str, ability: str) -> tuple[Actor, Portfolio]:
    """Who asks, and the portfolio, of which they may do this."""
    actor = Actor.of(request)
    portfolio = portfolio_to_write(actor, slug)
    permissions.require(actor, ability, portfolio)
    return actor, portfolio


def portfolio_to_read(actor: Actor, slug: str) -> Portfolio:
    """The same for reading: a key needs the scope for it."""
    found = portfolio_to_write(actor, slug)
    permissions.require(actor, "portfolio.view", found)
    return found


def _workflow(portfolio: Portfolio) -> dict[str, Any] | None:
    version = portfolio.workflow
    if version is None:
        return None
    rules = parsed(version.pk)
    stages = []
    for stage in rules.stages:
        gate = rules.gate_after(stage.code)
        stages.append(
            {
                "code": stage.code,
                "label": stage.label,
                "standard": stage.standard,
                "gate": gate.code if gate else None,
            }
        )
    return {
        "number": version.number,
        "name": version.name,
        "stages": stages,
        "back_reasons": [{"code": one.code, "label": one.label} for one in rules.back_reasons],
        "stop_reasons": [{"code": one.code, "label": one.label} for one in rules.stop_reasons],
    }
