"""Reading the numbers of a scorecard: their ranges, and what must hold between them for sound scores."""

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypedDict

from projects.rules.coefficients import (
    Ageing,
    AnswerWeights,
    BlockerWeights,
    Certainty,
    ImpactScale,
    Lines,
    Odds,
    RiskWeights,
    StageOdds,
)
from projects.rules.documents import Reader, unique
from projects.rules.stages import STANDARD_STAGES

# In production p is 1 and everything is due.
BEFORE_PRODUCTION = STANDARD_STAGES[:-1]
KINDS = ("existing", "new", "revolutionary")
Range = tuple[float, float]
SHARE = (0.0, 1.0)
SCORE = (0.0, 100.0)
DAYS = (1.0, 3650.0)  # a half life of 0 would divide by it
LOG_ODDS = (-5.0, 5.0)
MONEY = (1.0, 1e15)
PROBABILITY = (0.001, 0.999)  # the log-odds of 0 and 1 are infinite


class Numbers(TypedDict):
    """The parts of a scorecard that are numbers."""

    answers: AnswerWeights
    ramp_days: Mapping[str, int]
    ageing: Ageing
    risk: RiskWeights
    blockers: BlockerWeights
    impact: ImpactScale
    odds: Odds
    quadrants: Lines
    certainty: Certainty


def read(root: Reader) -> Numbers:
    """Every number of a scorecard; problems are noted in the reader."""
    return Numbers(
        answers=_answers(root),
        ramp_days=_ramp(root.at("ramp_days")),
        ageing=_ageing(root.at("ageing")),
        risk=_risk(root.at("risk")),
        blockers=_blockers(root.at("blockers")),
        impact=_impact(root.at("impact")),
        odds=_odds(root.at("odds")),
        quadrants=Lines(**_numbers(root.at("quadrants"), Lines, SCORE)),
        certainty=_certainty(root.at("certainty")),
    )


def decimal(reader: Reader, least: float, most: float) -> float:
    """A number in a range, with or without decimals; `least` after a problem."""
    value = reader.value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and math.isfinite(value) and least <= value <= most:
        return float(value)
    message = f"“{str(value)[:40]}” is not a number that fits."
    reader.wrong(message, f"Give a number from {least:g} to {most:g}.")
    return least


def _numbers(reader: Reader, part: type, usual: Range, **special: Range) -> dict[str, Any]:
    """The numbers that a part of the model has fields for."""
    names = tuple(field.name for field in fields(part))
    return _named(reader, names, usual, special)


def _named(
    reader: Reader,
    names: tuple[str, ...],
    usual: Range,
    special: Mapping[str, Range] | None = None,
) -> dict[str, Any]:
    if not reader.keys(required=names):
        return dict.fromkeys(names, usual[0])
    return {name: decimal(reader.at(name), *(special or {}).get(name, usual)) for name in names}


def _ramp(reader: Reader) -> dict[str, int]:
    if not reader.keys(required=BEFORE_PRODUCTION):
        return {}
    return {code: reader.at(code).number(least=1, most=3650) for code in BEFORE_PRODUCTION}


def _answers(root: Reader) -> AnswerWeights:
    at = root.at("answers")
    if not at.keys(required=("values", "confidence")):
        return AnswerWeights({}, {}, 0, 1)
    values = _named(at.at("values"), ("Y", "C", "P", "N"), SHARE)
    confidence = _named(at.at("confidence"), ("Y", "C", "P", "N", "planned"), SHARE)
    unknown = _named(root.at("unknown"), ("before_due", "after_due"), SHARE)
    rising = [values["Y"], values["C"], values["P"], unknown["before_due"], unknown["after_due"], values["N"]]
    if rising != sorted(rising) or values["Y"] != 0 or values["N"] != 1:
        # Otherwise a better answer could raise the risk.
        at.wrong(
            "The values do not rise from 0 for yes over claimed, partly and unknown to 1 for no.",
            "Make Y 0 ≤ C ≤ P ≤ unknown before due ≤ unknown after due ≤ N 1.",
        )
    return AnswerWeights(values, confidence, **unknown)


def _ageing(reader: Reader) -> Ageing:
    names = ("grace_days", "half_life_days", "late_half_life_days")
    if not reader.keys(required=(*names, "late_stages")):
        return Ageing(0, 1, 1, ())
    days = {name: decimal(reader.at(name), *DAYS) for name in names}
    members = list(reader.at("late_stages").items(most=len(STANDARD_STAGES)))
    stages = [member.choice(STANDARD_STAGES) for member in members]
    unique(members, stages, "stage")
    if days["late_half_life_days"] > days["half_life_days"]:
        message = "Answers would grow old more slowly in late stages."
        reader.wrong(message, "Make the late half life the shorter.")
    if stages and tuple(stages) != STANDARD_STAGES[-len(stages) :]:
        reader.wrong("The late stages are not the last ones.", "List the last stages, in order.")
    return Ageing(**days, late_stages=tuple(stages))


def _risk(reader: Reader) -> RiskWeights:
    risk = RiskWeights(**_numbers(reader, RiskWeights, SHARE, critical_floor=SCORE))
    _sum_to_one(reader, risk.mean_weight, risk.worst_weight)
    return risk


def _blockers(reader: Reader) -> BlockerWeights:
    blockers = BlockerWeights(**_numbers(reader, BlockerWeights, SHARE, past_sla_factor=(1.0, 10.0)))
    rising = [blockers.low, blockers.medium, blockers.high, blockers.critical, blockers.most]
    if rising != sorted(rising):
        reader.wrong("A graver blocker weighs less.", "Make low ≤ medium ≤ high ≤ critical ≤ most.")
    return blockers


def _impact(reader: Reader) -> ImpactScale:
    impact = ImpactScale(**_numbers(reader, ImpactScale, SHARE, low_value=MONEY, high_value=MONEY))
    _sum_to_one(reader, impact.value_weight, impact.strategic_weight, impact.reach_weight)
    if impact.low_value >= impact.high_value:
        reader.wrong("The low value is not below the high one.", "Make low_value < high_value.")
    return impact


def _odds(reader: Reader) -> Odds:
    shifts = ("per_risk_point", "on_hold", "critical_past_sla", "high_past_sla", "most_past_sla")
    limits = ("least", "most")
    if not reader.keys(required=("stages", "kinds", *shifts, *limits)):
        return Odds({}, 0, {}, 0, 0, 0, 0, 0, 1)
    stages = reader.at("stages")
    known = BEFORE_PRODUCTION if stages.keys(required=BEFORE_PRODUCTION) else ()
    return Odds(
        stages={
            code: StageOdds(**_numbers(stages.at(code), StageOdds, SCORE, p=PROBABILITY)) for code in known
        },
        kinds=_named(reader.at("kinds"), KINDS, LOG_ODDS),
        **{name: decimal(reader.at(name), 0.0, LOG_ODDS[1]) for name in shifts},
        **{name: decimal(reader.at(name), *PROBABILITY) for name in limits},
    )


def _certainty(reader: Reader) -> Certainty:
    certainty = Certainty(**_numbers(reader, Certainty, SHARE))
    if certainty.medium > certainty.high:
        reader.wrong("Medium confidence begins above high.", "Make medium ≤ high.")
    return certainty


def _sum_to_one(reader: Reader, *weights: float) -> None:
    if not math.isclose(sum(weights), 1):
        reader.wrong(f"The weights add up to {sum(weights):g}.", "Make them add up to 1.")
