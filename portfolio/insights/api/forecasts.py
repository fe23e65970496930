"""Forecasts by REST: of a portfolio, and of one project. Whether and when are told apart."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.insights import forecast_sentences as sentences
from portfolio.insights.models import PortfolioForecast
from portfolio.insights.queries import forecasts, project_forecasts
from portfolio.operations.actions import runs
from projects import permissions
from projects.actors import Actor
from projects.api import inputs
from projects.api.idempotency import idempotent
from projects.api.inputs import In
from projects.api.portfolios import portfolio_to_read, portfolio_to_write
from projects.api.views import ApiView, scored_project
from projects.models import Outcome, Portfolio, Project

GIVEN = "Given that it launches; null: nobody can say."


class ForecastQuery(In):
    """Which forecast."""

    day = inputs.Day(required=False, help_text="The one in force on this day; without it the newest.")


class MonthOut(serializers.Serializer[Any]):
    """How many of the projects are live by a day: in a tenth of the runs at most p10, and so on."""

    on = serializers.DateField()
    mean = serializers.FloatField()
    p10 = serializers.IntegerField()
    p25 = serializers.IntegerField()
    p50 = serializers.IntegerField()
    p75 = serializers.IntegerField()
    p90 = serializers.IntegerField()


class TotalOut(serializers.Serializer[Any]):
    """How many are live within the horizon, with what they share stretched together."""

    mean = serializers.FloatField()
    p05 = serializers.IntegerField()
    p50 = serializers.IntegerField()
    p95 = serializers.IntegerField()


class SourcesOut(serializers.Serializer[Any]):
    """How much history a forecast rests on."""

    stays = serializers.IntegerField(help_text="In stages, of projects past and present.")
    generated = serializers.IntegerField(help_text="Of these, invented to give a sample a past.")
    thin_stages = serializers.ListField(
        child=serializers.CharField(), help_text="In which what is usual says more than what happened."
    )


class LaunchesOut(serializers.Serializer[Any]):
    """A project's chances to be live by each day of `months`."""

    key = serializers.CharField()
    chances = serializers.ListField(child=serializers.FloatField())


class PortfolioForecastOut(serializers.Serializer[Any]):
    """The forecast of one day; null everywhere until the first one was made."""

    portfolio = serializers.CharField()
    day = serializers.DateField(allow_null=True, help_text="The day in the portfolio's time zone.")
    made_at = serializers.DateTimeField(allow_null=True)
    seed = serializers.IntegerField(allow_null=True, help_text="The same seed gives the same numbers.")
    runs = serializers.IntegerField(allow_null=True)
    model_version = serializers.CharField(allow_null=True)
    n = serializers.IntegerField(allow_null=True, help_text="Open projects that are not live yet.")
    months = MonthOut(many=True, allow_null=True)
    projects = LaunchesOut(many=True, allow_null=True)
    total = TotalOut(allow_null=True)
    horizon_days = serializers.IntegerField(allow_null=True)
    sources = SourcesOut(allow_null=True)


class ForecastRunOut(serializers.Serializer[Any]):
    """The run of the worker that answers."""

    run = serializers.IntegerField()
    state = serializers.CharField()


class WhenOut(serializers.Serializer[Any]):
    """The days of a launch, given that there is one."""

    p50_on = serializers.DateField(allow_null=True, help_text=f"Half of the launches. {GIVEN}")
    p80_on = serializers.DateField(allow_null=True, help_text=f"80% of them. {GIVEN}")
    p95_on = serializers.DateField(allow_null=True, help_text=f"95% of them. {GIVEN}")


class RangeOut(WhenOut):
    """The same with its early end, against which a stated date is held."""

    p05_on = serializers.DateField(allow_null=True, help_text=f"5% of the launches. {GIVEN}")


class PastForecastOut(WhenOut):
    """A forecast that was kept on a day that counts."""

    on = serializers.DateField()
    occasion = serializers.CharField(help_text="gate or month_end.")
    p_production = serializers.FloatField(source="p")
    p_on_time = serializers.FloatField(allow_null=True)
    is_generated = serializers.BooleanField(help_text="Invented to give a sample a past.")


class ProjectForecastOut(serializers.Serializer[Any]):
    """Whether a project launches at all, and when if it does."""

    key = serializers.CharField()
    made_at = serializers.DateTimeField(allow_null=True)
    p_production = serializers.FloatField(allow_null=True, help_text="Chance to launch at all.")
    if_it_launches = RangeOut()
    committed_on = serializers.DateField(allow_null=True)
    p_on_time = serializers.FloatField(allow_null=True, help_text="Chance to be live by `committed_on`.")
    sentence = serializers.CharField()
    history = PastForecastOut(many=True, help_text="Oldest first.")


class Forecast(ApiView):
    @extend_schema(
        operation_id="read_forecast",
        summary="Read a portfolio's forecast",
        parameters=[ForecastQuery],
        responses=PortfolioForecastOut,
    )
    def get(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_read(actor, slug)
        permissions.require(actor, "balance.view", portfolio)
        day = inputs.query(ForecastQuery, request).get("day")
        found = forecasts.on(portfolio, day) if day else forecasts.latest(portfolio)
        return Response(PortfolioForecastOut(_shown(portfolio, found)).data)

    @extend_schema(
        operation_id="make_forecast",
        summary="Have the forecast made again",
        description="A worker makes it; it takes seconds. One that waits or runs already is the answer.",
        request=None,
        responses={202: ForecastRunOut},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_write(actor, slug)
        run = runs.ask("forecasts", actor=actor, now=timezone.now(), portfolio=portfolio)
        return Response(ForecastRunOut({"run": run.pk, "state": run.state}).data, status=202)


class ProjectForecast(ApiView):
    @extend_schema(
        operation_id="read_project_forecast",
        summary="Read a project's forecast",
        responses=ProjectForecastOut,
    )
    def get(self, request: Request, key: str) -> Response:
        project = scored_project(Actor.of(request), key)
        outlook = project_forecasts.of(project, timezone.now())
        shown = {
            "key": project.key,
            "made_at": outlook.made_at,
            "p_production": outlook.p,
            "if_it_launches": outlook,
            "committed_on": outlook.committed_on,
            "p_on_time": outlook.p_on_time,
            "sentence": _sentence(project, outlook),
            "history": outlook.points,
        }
        return Response(ProjectForecastOut(shown).data)


def _sentence(project: Project, outlook: project_forecasts.Outlook) -> str:
    """Nothing is said of a project that no simulation has seen: it has no days, which is not "never"."""
    if project.has_ended:
        return sentences.ENDED
    if project.outcome == Outcome.IN_PRODUCTION:
        return sentences.LIVE
    if outlook.made_at is None:
        return sentences.NOT_KNOWN
    return sentences.outlook(outlook.p, outlook.p80_on, outlook.today)


def _shown(portfolio: Portfolio, found: PortfolioForecast | None) -> dict[str, Any]:
    names = ("day", "made_at", "seed", "runs", "model_version")
    inside = ("n", "months", "total", "horizon_days", "sources")
    if found is None:
        return {"portfolio": portfolio.slug, **dict.fromkeys((*names, *inside, "projects"))}
    body = found.body
    rows = zip(body["keys"], body["chances"], strict=True)
    return {
        "portfolio": portfolio.slug,
        **{name: getattr(found, name) for name in names},
        **{name: body[name] for name in inside},
        "projects": [{"key": key, "chances": chances} for key, chances in rows],
    }
