"""What time does to answers: unknown ones weigh more when they are due, old good ones drift to unknown."""

from typing import TYPE_CHECKING

from projects.rules.coefficients import Ageing
from projects.rules.stages import STANDARD_STAGES

if TYPE_CHECKING:
    from projects.rules.scorecards import Scorecard


def decay(ageing: Ageing, furthest_stage: str, age_days: float) -> float:
    """How far an answer has drifted towards unknown, 0 to 1, so many days after it was confirmed."""
    is_late = furthest_stage in ageing.late_stages
    half_life = ageing.late_half_life_days if is_late else ageing.half_life_days
    late_by = max(0, age_days - ageing.grace_days)
    return float(1 - 2 ** (-late_by / half_life))


def unknown(card: "Scorecard", due: str, furthest_stage: str, active_days: int | None) -> float:
    """The value of an unknown answer to a question due in a stage; days not known count in full."""
    orders = unknown_by_order(card, furthest_stage, active_days)
    return orders[STANDARD_STAGES.index(due)]


def unknown_by_order(card: "Scorecard", furthest_stage: str, active_days: int | None) -> tuple[float, ...]:
    """The value of an unknown answer for each of the eight stages in which a question can be due."""
    weights, here = card.answers, STANDARD_STAGES.index(furthest_stage)
    early, late = weights.before_due, weights.after_due
    if furthest_stage == STANDARD_STAGES[-1]:
        return (late,) * len(STANDARD_STAGES)
    usual = card.ramp_days[furthest_stage]
    share = 1.0 if active_days is None else min(1.0, max(0, active_days) / usual)
    now = early + (late - early) * share
    return (*[late] * here, now, *[early] * (len(STANDARD_STAGES) - here - 1))
