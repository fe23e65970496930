"""Pivots: from the proof of concept on, whoever changes what a project is for loses work that was done."""

from collections.abc import Mapping
from typing import Any

from projects.rules.names import fold
from projects.rules.stages import STANDARD_STAGES

# The objective or the metric of the business: what was learned so far was learned for another one.
# A new baseline or target of the same metric is none: the metric is still what the project works for.
FIELDS = ("objective", "metric_name")
FIRST = STANDARD_STAGES.index("poc")


def can_happen(furthest: str) -> bool:
    """Whether a project that has come to this standard stage has work to lose."""
    return STANDARD_STAGES.index(furthest) >= FIRST


def among(changed: Mapping[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    """Those of the changes, old value and new, that are another goal.

    What was never stated is stated for the first time, and another spacing or letter case says the same.
    """
    return {
        name: (before, after)
        for name in FIELDS
        if name in changed
        for before, after in [changed[name]]
        if before and fold(before) != fold(after or "")
    }
