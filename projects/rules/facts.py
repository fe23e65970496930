"""What the rules are told about a project, and what they answer: plain values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

TIERS = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason why something is refused, and what would satisfy it."""

    code: str
    message: str
    remedy: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What gates look at. A value that is absent or None is unknown, and the unknown never passes."""

    fields: Mapping[str, object] = field(default_factory=dict)
    people: Mapping[str, int] = field(default_factory=dict)  # role code -> how many people are named
    planned_on: Mapping[str, date | None] = field(default_factory=dict)  # gate code -> planned date
    tier: str = ""  # low, medium, high; empty when nobody has set it
    personal_data: bool | None = None
    vendor: bool | None = None
    llm: bool | None = None


# Condition -> the field that a person has to fill so that the condition can be told.
CONDITIONS = {
    "tier_high": "tier",
    "tier_medium": "tier",
    "personal_data": "traits_stated",
    "vendor": "traits_stated",
    "llm": "traits_stated",
}


def holds(condition: str, facts: Facts) -> bool | None:
    """Whether a condition is true of the project; None when that is not known."""
    if condition == "tier_high":
        return facts.tier == "high" if facts.tier in TIERS else None
    if condition == "tier_medium":  # medium or higher
        return facts.tier in ("medium", "high") if facts.tier in TIERS else None
    if condition == "personal_data":
        return facts.personal_data
    if condition == "vendor":
        return facts.vendor
    if condition == "llm":
        return facts.llm
    return None
