"""How good forecasts were, in words: never a verdict on a handful."""

from portfolio.insights.queries.calibrations import Found
from portfolio.insights.rules.forecast.calibration import ENOUGH, Calibration, Days

# Gaps of this size between what was said and what came are lost in noise, and nobody acts on them.
SLIGHT = 0.05


def verdict(found: Found) -> str:
    """The page's first sentence."""
    if found.whole is None:
        return "No forecast has come to its end yet, so nobody can say how good they are."
    if not found.is_enough:
        return f"{_projects(found.ended)} that had a forecast {_has(found.ended)} ended: too few to judge."
    ended = f"{_projects(found.ended)} that had a forecast have ended."
    return f"{ended} {skill(found.whole)} {leaning(found.whole)}"


def skill(whole: Calibration) -> str:
    """Whether the forecasts knew more than the rate."""
    if whole.skill is None:
        return "All ended alike, so there is nothing that a forecast could have told apart."
    if whole.skill > 0:
        return f"The forecasts were better than saying {whole.rate:.0%} every time."
    return f"Saying {whole.rate:.0%} every time would have been as good or better."


def leaning(whole: Calibration) -> str:
    """Whether they promised too much."""
    said = sum(one.n * one.said for one in whole.bins if one.said is not None) / whole.n
    gap = said - whole.rate
    if abs(gap) < SLIGHT:
        return "On average they promised what came."
    much = "much" if gap > 0 else "little"
    return f"On average they promised too {much}: {said:.0%} were said to launch, {whole.rate:.0%} did."


def dates(days: Days | None) -> str:
    """The days of launches, in one sentence."""
    if days is None:
        return "Nothing with a forecast has been launched on a known day yet."
    if not days.is_enough:
        launched = f"{_projects(days.projects)} with a forecast {_has(days.projects)} been launched"
        return f"{launched}: too few to judge."
    half = days.coverages[0]
    if abs(half.share - half.expected) < 2 * SLIGHT:
        return "Launches come about as early and as late as forecast."
    return f"Launches come {'later' if half.share < half.expected else 'earlier'} than forecast."


def needed(projects: int) -> str:
    """How many more have to end before there is a verdict."""
    return f"{ENOUGH - projects} more have to end" if projects < ENOUGH else ""


def _projects(number: int) -> str:
    return f"{number} project" if number == 1 else f"{number} projects"


def _has(number: int) -> str:
    return "has" if number == 1 else "have"
