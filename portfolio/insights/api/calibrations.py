"""How good the forecasts of a portfolio were, by REST: the figures of the calibration page."""

from dataclasses import asdict
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.insights.queries import calibrations
from portfolio.insights.queries.calibrations import Found
from portfolio.insights.rules.forecast import calibration, refits
from portfolio.insights.rules.forecast.calibration import Bin, Calibration, Days
from portfolio.insights.rules.forecast.refits import Refit
from portfolio.insights.rules.forecast.shrinkage import Share
from projects import permissions
from projects.actors import Actor
from projects.api import inputs
from projects.api.portfolios import portfolio_to_read
from projects.api.views import ApiView
from projects.rules.coefficients import Odds


class CalibrationQuery(inputs.In):
    """Which forecasts are judged."""

    generated = serializers.ChoiceField(
        ["yes", "no"], default="yes", help_text="Whether forecasts that were generated for a sample count."
    )


class BinOut(serializers.Serializer[Any]):
    """Forecasts of about the same chance."""

    low = serializers.FloatField()
    high = serializers.FloatField()
    n = serializers.IntegerField()
    projects = serializers.IntegerField()
    said = serializers.FloatField(allow_null=True, help_text="Mean of the forecasts.")
    came = serializers.FloatField(allow_null=True, help_text="Share that came.")
    interval = serializers.ListField(
        child=serializers.FloatField(), allow_null=True, help_text="95%, by Wilson; it counts projects."
    )


class ScoreOut(serializers.Serializer[Any]):
    """How good chances were. brier = reliability - resolution + uncertainty, but for rounding to 0.01."""

    n = serializers.IntegerField(help_text="Forecasts.")
    projects = serializers.IntegerField()
    is_enough = serializers.BooleanField(help_text="False: too few to judge.")
    brier = serializers.FloatField()
    reliability = serializers.FloatField()
    resolution = serializers.FloatField()
    uncertainty = serializers.FloatField()
    skill = serializers.FloatField(allow_null=True, help_text="Null where all ended alike.")
    log_loss = serializers.FloatField()
    ece = serializers.FloatField(help_text="Expected calibration error over the bins.")
    rate = serializers.FloatField(help_text="Share that came.")
    bins = BinOut(many=True)


class CoverageOut(serializers.Serializer[Any]):
    """The share of launches until one of the days."""

    name = serializers.ChoiceField(list(calibration.DAYS))
    expected = serializers.FloatField()
    share = serializers.FloatField()
    interval = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    pinball = serializers.FloatField(help_text="Mean pinball loss in days.")


class DaysOut(serializers.Serializer[Any]):
    """How good the days of launches were."""

    n = serializers.IntegerField()
    projects = serializers.IntegerField()
    is_enough = serializers.BooleanField()
    pinball = serializers.FloatField()
    coverages = CoverageOut(many=True)


class ShareOut(serializers.Serializer[Any]):
    """A share of a few, drawn towards what is usual (Beta-binomial); the interval is of 90%."""

    unit = serializers.CharField(allow_blank=True, help_text="Empty: the whole portfolio, or no unit.")
    launched = serializers.IntegerField()
    ended = serializers.IntegerField()
    mean = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class OddsOut(serializers.Serializer[Any]):
    """The numbers behind the chance of production."""

    stages = serializers.DictField(child=serializers.FloatField(), help_text="Chance at the usual risk.")
    kinds = serializers.DictField(child=serializers.FloatField(), help_text="In log-odds.")
    per_risk_point = serializers.FloatField()


class RefitOut(serializers.Serializer[Any]):
    """What ended projects teach; a proposal that nothing adopts by itself."""

    projects = serializers.IntegerField()
    cases = serializers.IntegerField()
    brier_now = serializers.FloatField()
    brier_learned = serializers.FloatField(help_text="Of projects that were held back while learning.")
    now = OddsOut()
    learned = OddsOut()


class CalibrationOut(serializers.Serializer[Any]):
    """How good the stored forecasts were."""

    portfolio = serializers.CharField()
    forecasts = serializers.IntegerField()
    open_forecasts = serializers.IntegerField(help_text="Of projects that have not ended since.")
    generated = serializers.IntegerField()
    ended = serializers.IntegerField(help_text="Projects with a forecast that have ended since.")
    enough = serializers.IntegerField(help_text="So many must have ended for a verdict.")
    all = ScoreOut(allow_null=True)
    within_year = ScoreOut(allow_null=True, help_text="Live within a year: open projects count as well.")
    by_occasion = serializers.DictField(child=ScoreOut(allow_null=True))
    days = DaysOut(allow_null=True)
    conversion = ShareOut()
    by_unit = ShareOut(many=True)
    refit = RefitOut(allow_null=True, help_text=f"From {refits.ENOUGH} ended projects on.")


class OneCalibration(ApiView):
    @extend_schema(
        operation_id="read_calibration",
        summary="Read how good the forecasts were",
        parameters=[CalibrationQuery],
        responses=CalibrationOut,
    )
    def get(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_read(actor, slug)
        permissions.require(actor, "balance.view", portfolio)
        asked = inputs.query(CalibrationQuery, request)
        found = calibrations.of(portfolio, timezone.now(), with_generated=asked["generated"] == "yes")
        return Response({"portfolio": portfolio.slug, **_shaped(found)})


def _shaped(found: Found) -> dict[str, Any]:
    return {
        "forecasts": found.forecasts,
        "open_forecasts": found.open_forecasts,
        "generated": found.generated,
        "ended": found.ended,
        "enough": calibration.ENOUGH,
        "all": _score(found.whole),
        "within_year": _score(found.within_year),
        "by_occasion": {name: _score(one) for name, one in found.by_occasion.items()},
        "days": _days(found.days),
        "conversion": _share("", found.portfolio),
        "by_unit": [_share(unit, share) for unit, share in found.by_unit.items()],
        "refit": found.refit and _refit(found.present, found.refit),
    }


def _score(found: Calibration | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {**asdict(found), "is_enough": found.is_enough, "bins": [_bin(one) for one in found.bins]}


def _bin(one: Bin) -> dict[str, Any]:
    return {**asdict(one), "interval": one.interval and list(one.interval)}


def _days(days: Days | None) -> dict[str, Any] | None:
    if days is None:
        return None
    coverages = [{**asdict(one), "interval": one.interval and list(one.interval)} for one in days.coverages]
    return {**asdict(days), "is_enough": days.is_enough, "coverages": coverages}


def _share(unit: str, share: Share) -> dict[str, Any]:
    return {
        "unit": unit,
        "launched": share.did,
        "ended": share.n,
        "mean": share.mean,
        "low": share.low,
        "high": share.high,
    }


def _refit(present: Odds, refit: Refit) -> dict[str, Any]:
    return {
        "projects": refit.projects,
        "cases": refit.cases,
        "brier_now": refit.brier_now,
        "brier_learned": refit.brier_learned,
        "now": _odds(present),
        "learned": _odds(refit.odds),
    }


def _odds(odds: Odds) -> dict[str, Any]:
    return {
        "stages": {code: one.p for code, one in odds.stages.items()},
        "kinds": dict(odds.kinds),
        "per_risk_point": odds.per_risk_point,
    }
