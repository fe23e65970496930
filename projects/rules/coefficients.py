"""The numbers of a scorecard that turn answers into scores; their values are data, not code."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnswerWeights:
    """What an answer adds to the risk, and how sure it makes us; both 0 to 1."""

    values: Mapping[str, float]  # Y, C, P, N
    confidence: Mapping[str, float]  # Y, C, P, N and `planned`
    before_due: float  # value of an unknown answer before its stage
    after_due: float  # and after it


@dataclass(frozen=True, slots=True)
class Ageing:
    """How fast answers grow old, in days."""

    grace_days: float
    half_life_days: float
    late_half_life_days: float
    late_stages: tuple[str, ...]  # standard stages in which the late half life holds


@dataclass(frozen=True, slots=True)
class RiskWeights:
    """How the pitfalls make up the risk; an open critical question lifts its pitfall to the floor."""

    mean_weight: float
    worst_weight: float
    critical_floor: float


@dataclass(frozen=True, slots=True)
class BlockerWeights:
    """The share of its pitfall that a blocker takes, by severity; past its SLA it takes more."""

    low: float
    medium: float
    high: float
    critical: float
    past_sla_factor: float
    most: float


@dataclass(frozen=True, slots=True)
class ImpactScale:
    """How value (in the portfolio's currency, a year), strategic fit and reach make up the impact."""

    value_weight: float
    strategic_weight: float
    reach_weight: float
    low_value: float  # counts nothing
    high_value: float  # counts everything
    unmeasured_share: float  # kept by a claim without any measurable metric


@dataclass(frozen=True, slots=True)
class StageOdds:
    """The probability of reaching production from a stage, at the risk that is usual there."""

    p: float
    risk: float


@dataclass(frozen=True, slots=True)
class Odds:
    """Shifts of the probability of reaching production, in log-odds."""

    stages: Mapping[str, StageOdds]
    per_risk_point: float
    kinds: Mapping[str, float]  # existing, new, revolutionary
    on_hold: float
    critical_past_sla: float
    high_past_sla: float
    most_past_sla: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Lines:
    """Where low turns into high, and how far a score may stray from a line before it changes sides."""

    risk_line: float
    impact_line: float
    band: float


@dataclass(frozen=True, slots=True)
class Certainty:
    """Limits of confidence, and the share of due weight that makes a project assessed; all 0 to 1."""

    high: float
    medium: float
    unproven_below: float
    assessed_from: float
