"""How good the stored forecasts of a portfolio were: every figure of the calibration page and of REST."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from portfolio.insights.queries import outcomes
from portfolio.insights.queries.outcomes import Known
from portfolio.insights.rules.forecast import calibration, refits, shrinkage
from portfolio.insights.rules.forecast.calibration import Calibration, Days, Judged, Launch
from portfolio.insights.rules.forecast.refits import Case, Refit
from portfolio.insights.rules.forecast.shrinkage import Share
from projects.models import ForecastOccasion, Portfolio
from projects.models.scorecards import parsed
from projects.rules import scorecards
from projects.rules.coefficients import Odds

# What the chance of a project is at its first look: the usual share, before this portfolio has its own.
FIRST_STAGE = "framing"


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that is known of how good the forecasts were."""

    whole: Calibration | None
    within_year: Calibration | None
    days: Days | None
    by_occasion: dict[str, Calibration | None]
    portfolio: Share
    by_unit: dict[str, Share]
    present: Odds
    refit: Refit | None
    forecasts: int
    open_forecasts: int
    ended: int  # projects that were forecast and have ended since
    learnable: int  # those of them whose risk is stored for the day of a forecast
    generated: int  # forecasts that were invented for a sample

    @property
    def is_enough(self) -> bool:
        return self.whole is not None and self.whole.is_enough


def of(portfolio: Portfolio, now: datetime, *, with_generated: bool = True) -> Found:
    """Judge every stored forecast by what came of it until now; four queries at most."""
    today = now.astimezone(ZoneInfo(portfolio.time_zone)).date()
    known = outcomes.known(portfolio, today, with_generated=with_generated)
    over = [one for one in known if one.launched is not None]
    present, cases = _odds(portfolio), _cases(over)
    whole, by_unit = _conversions(
        outcomes.ended(portfolio, with_generated=with_generated), present.stages[FIRST_STAGE].p
    )
    return Found(
        whole=_judged(over),
        within_year=calibration.judge(
            Judged(one.p_within_year, one.launched_within_year, one.project_id)
            for one in known
            if one.launched_within_year is not None
        ),
        days=calibration.judge_days(_launches(over)),
        by_occasion={
            occasion: _judged(one for one in over if one.occasion == occasion)
            for occasion in ForecastOccasion.values
        },
        portfolio=whole,
        by_unit=by_unit,
        present=present,
        refit=refits.refit(present, cases),
        forecasts=len(known),
        open_forecasts=len(known) - len(over),
        ended=len({one.project_id for one in over}),
        learnable=len({case.project for case in cases}),
        generated=sum(one.is_generated for one in known),
    )


def _judged(known: Iterable[Known]) -> Calibration | None:
    return calibration.judge(
        Judged(one.p, one.launched, one.project_id) for one in known if one.launched is not None
    )


def _launches(known: Iterable[Known]) -> list[Launch]:
    """Of those launched on a day that is known: how long it took, and how long it was said to take."""
    found = []
    for one in known:
        if one.launched_on and one.days:
            p50, p80, p95 = ((day - one.on).days for day in one.days)
            found.append(Launch((one.launched_on - one.on).days, p50, p80, p95, one.project_id))
    return found


def _cases(known: Iterable[Known]) -> list[Case]:
    """What the odds can be learned from: forecasts of whose day the risk is stored."""
    return [
        Case(one.project_id, one.stage, one.risk, one.kind, one.is_on_hold, one.launched)
        for one in known
        if one.launched is not None and one.risk is not None
    ]


def _conversions(ended: list[tuple[str, bool]], usual: float) -> tuple[Share, dict[str, Share]]:
    """The share of ended projects that were launched, of all and by unit, each drawn to what is usual."""
    whole = shrinkage.shrink(sum(launched for _, launched in ended), len(ended), usual)
    units: dict[str, list[bool]] = {}
    for unit, launched in ended:
        units.setdefault(unit, []).append(launched)
    return whole, {
        unit: shrinkage.shrink(sum(launched), len(launched), whole.mean)
        for unit, launched in sorted(units.items(), key=lambda pair: (not pair[0], pair[0].casefold()))
    }


def _odds(portfolio: Portfolio) -> Odds:
    """Those of the scorecard in force."""
    if portfolio.scorecard_id is None:
        return scorecards.shipped().odds
    return parsed(portfolio.scorecard_id).odds
