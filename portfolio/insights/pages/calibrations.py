"""How good the forecasts of a portfolio were, and what its ended projects would teach them."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from portfolio.insights import calibration_sentences as sentences
from portfolio.insights.charts import calibrations as charts
from portfolio.insights.pages import subjects
from portfolio.insights.queries import calibrations
from portfolio.insights.queries.calibrations import Found
from portfolio.insights.rules.forecast import calibration, refits
from portfolio.insights.rules.forecast.calibration import Calibration
from projects.models import ForecastOccasion, Portfolio
from projects.rules.coefficients import Odds

KINDS = {"existing": "Refresh of a live model", "revolutionary": "New process"}


@dataclass(frozen=True, slots=True)
class Score:
    """One row of the table of scores; None where nothing was judged."""

    label: str
    found: Calibration | None


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the scorecard beside what the ended projects would make of it."""

    label: str
    now: str
    learned: str


@require_GET
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """Every figure of how good the forecasts were; generated ones can be left out by the address."""
    portfolio = subjects.portfolio(request, slug)
    with_generated = request.GET.get("generated") != "no"
    found = calibrations.of(portfolio, timezone.now(), with_generated=with_generated)
    context = {
        "nav": "roadmap",
        "portfolio": portfolio,
        "found": found,
        "with_generated": with_generated,
        "verdict": sentences.verdict(found),
        "dates_verdict": sentences.dates(found.days),
        "needed": sentences.needed(found.ended),
        "enough": calibration.ENOUGH,
        "enough_to_learn": refits.ENOUGH,
        "reliability": charts.reliability(found.whole.bins) if found.whole else None,
        "scores": _scores(found),
        "units": [(unit or "No unit", share) for unit, share in found.by_unit.items()],
        "numbers": _numbers(found.present, found.refit.odds, portfolio) if found.refit else [],
    }
    return render(request, "insights/calibration/page.html", context)


def _scores(found: Found) -> list[Score]:
    labels = dict(ForecastOccasion.choices)
    return [
        Score("All forecasts", found.whole),
        *(Score(str(labels[code]), judged) for code, judged in found.by_occasion.items()),
        Score("Live within a year", found.within_year),
    ]


def _numbers(now: Odds, learned: Odds, portfolio: Portfolio) -> list[Number]:
    labels: dict[str, str] = {}
    if portfolio.workflow:
        labels = {stage.standard: stage.label for stage in portfolio.workflow.rules.stages}
    stages = [
        Number(f"Chance from {labels.get(code, code)}", f"{one.p:.0%}", f"{learned.stages[code].p:.0%}")
        for code, one in now.stages.items()
    ]
    kinds = [
        Number(f"{label}, in log-odds", f"{now.kinds[code]:+.2f}", f"{learned.kinds[code]:+.2f}")
        for code, label in KINDS.items()
    ]
    point = Number(
        "For each point of risk below what is usual, in log-odds",
        f"{now.per_risk_point:.3f}",
        f"{learned.per_risk_point:.3f}",
    )
    return [*stages, *kinds, point]
