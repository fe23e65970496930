"""Impact: what a project is worth, and how much of the claim is backed by a measurable metric."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import pairwise
from math import log10
from typing import Any, NamedTuple

from projects.rules.coefficients import ImpactScale
from projects.rules.facts import Obstacle

# The fields of a project that are checked together.
FIELDS = ("value_low", "value_likely", "value_high", "strategic", "reach")
# Strategic fit and reach are given from 0 to this.
MOST_POINTS = 4
MARKS = (
    ("baseline_measured", "Today's value is measured"),
    ("target_dated", "The target has a date"),
    ("method_agreed", "It is agreed how to measure"),
    ("metric_owned", "The metric has a named owner"),
)
# What the points of strategic fit and reach stand for, in words of ours: two people mean the same by a 3.
STRATEGIC = (
    "No goal of the organisation depends on it",
    "It helps a goal of one team",
    "It helps a goal of a business unit",
    "A goal of the organisation counts on it",
    "A goal of the organisation cannot be met without it",
)
REACH = (
    "A few people, now and then",
    "One team in its daily work",
    "Several teams, or a small part of the customers",
    "A whole business unit, or many customers",
    "Nearly everybody in the organisation, or most customers",
)
Money = float | Decimal


class Impact(NamedTuple):
    """The impact 0 to 100, with (`score`) and without (`gross`) regard to the metric's quality."""

    gross: float
    score: float
    value_share: float  # where the value stands on its scale, 0 to 1
    points: Mapping[str, float]  # what value, strategic and reach bring to the gross impact
    missing: tuple[str, ...]  # value, strategic, reach: not known, counted as nothing


def impact(
    scale: ImpactScale,
    value: Money | None,
    strategic: int | None,
    reach: int | None,
    metric_quality: float,
) -> Impact:
    """The impact of an expected annual value in the portfolio's currency; quality is the share of marks."""
    share = _value_share(scale, value)
    points = {
        "value": 100 * scale.value_weight * share,
        "strategic": 100 * scale.strategic_weight * (strategic or 0) / MOST_POINTS,
        "reach": 100 * scale.reach_weight * (reach or 0) / MOST_POINTS,
    }
    gross = sum(points.values())
    kept = scale.unmeasured_share
    lacks = {"value": value is None or value <= 0, "strategic": strategic is None, "reach": reach is None}
    missing = tuple(name for name, is_missing in lacks.items() if is_missing)
    return Impact(gross, gross * (kept + (1 - kept) * metric_quality), share, points, missing)


def _value_share(scale: ImpactScale, value: Money | None) -> float:
    if value is None or value <= 0:
        return 0.0
    low, high = log10(scale.low_value), log10(scale.high_value)
    return min(1.0, max(0.0, (log10(value) - low) / (high - low)))


def expected_value(low: Money | None, likely: Money | None, high: Money | None) -> float | None:
    """The expected annual value of a three-point estimate (PERT); the likely one alone stands for itself."""
    if likely is None:
        return None
    if low is None or high is None:
        return float(likely)
    return (float(low) + 4 * float(likely) + float(high)) / 6


def metric_quality(marks: Iterable[bool]) -> float:
    """The share of the four marks of a measurable metric that hold."""
    return sum(map(bool, marks)) / len(MARKS)


def value_obstacles(low: Money | None, likely: Money | None, high: Money | None) -> list[Obstacle]:
    """Everything that is wrong with an estimate of the annual value."""
    given = {"value_low": low, "value_likely": likely, "value_high": high}
    found = [
        Obstacle("negative_money", "A value cannot be negative.", "Give 0 or more.", name)
        for name, value in given.items()
        if value is not None and value < 0
    ]
    if likely is None and (low is not None or high is not None):
        remedy = "Give the likely value too."
        found.append(Obstacle("likely_needed", "The likely value is missing.", remedy, "value_likely"))
    rising = [(name, value) for name, value in given.items() if value is not None]
    for (_, lower), (name, higher) in pairwise(rising):
        if lower > higher:
            message = "The values do not rise from low over likely to high."
            found.append(Obstacle("value_order", message, "Make low ≤ likely ≤ high.", name))
    return found


def points_obstacles(strategic: int | None, reach: int | None) -> list[Obstacle]:
    """Everything that is wrong with the points of strategic fit and reach."""
    given = {"strategic": ("Strategic fit", strategic), "reach": ("Reach", reach)}
    remedy = f"Give a whole number from 0 to {MOST_POINTS}."
    return [
        Obstacle("points_range", f"{label} is not between 0 and {MOST_POINTS}.", remedy, name)
        for name, (label, points) in given.items()
        if points is not None and not 0 <= points <= MOST_POINTS
    ]


def obstacles(values: Mapping[str, Any]) -> list[Obstacle]:
    """Both, of a project's fields by their names; what is left out is not known."""
    worth = (values.get(name) for name in ("value_low", "value_likely", "value_high"))
    return [*value_obstacles(*worth), *points_obstacles(values.get("strategic"), values.get("reach"))]
