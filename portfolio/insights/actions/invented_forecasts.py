"""What would have been said of projects that never were, at each gate and each month's end."""

from collections.abc import Iterator
from datetime import date, timedelta

from portfolio.insights.actions.invented_projects import Cast, Told
from portfolio.insights.rules.history import inventions
from portfolio.insights.rules.history.inventions import Outlook
from projects.models import Forecast, Project

MODEL_VERSION = "ladder of the scorecard"


def forecasts(cast: Cast, told: Told, outlook: Outlook) -> list[Forecast]:
    """What was to be said at each gate and month's end, by the chance that the project was drawn with."""
    life, day = told.life, told.began
    chance, found = cast.chances(life.kind, life.risk), {}
    committed = day + timedelta(days=round(365 * cast.dice.uniform(0.6, 1.4)))
    for number, leg in enumerate(life.legs):
        if leg.stage == inventions.PRODUCTION:
            break
        days = [(at, "month_end") for at in month_ends(day, day + timedelta(days=leg.days - 1))]
        for on, occasion in [*([(day, "gate")] if number else []), *days]:
            left = outlook.days_left(leg.stage, (on - day).days)
            found[on, occasion] = _forecast(
                told.project, leg.stage, chance(leg.stage), on, left=left, committed=committed
            )
            found[on, occasion].occasion = occasion
            found[on, occasion].made_at = cast.at(on)
        day += timedelta(days=leg.days)
    return list(found.values())


def _forecast(
    project: Project, stage: str, chance: float, on: date, *, left: list[int], committed: date
) -> Forecast:
    later = {share: on + timedelta(days=inventions.quantile(left, share)) for share in (0.5, 0.8, 0.95)}
    return Forecast(
        project=project,
        on=on,
        stage=stage,
        p_production=chance,
        p_within_year=chance * inventions.share_within(left, 365),
        committed_on=committed,
        p_on_time=chance * inventions.share_within(left, (committed - on).days),
        p50_on=later[0.5],
        p80_on=later[0.8],
        p95_on=later[0.95],
        seed=inventions.SEED,
        runs=inventions.RUNS,
        model_version=MODEL_VERSION,
        is_generated=True,
    )


def month_ends(first: date, last: date) -> Iterator[date]:
    """The last day of each month that lies between two days, both counted."""
    day = first
    while (end := _month_end(day)) <= last:
        yield end
        day = end + timedelta(days=1)


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
