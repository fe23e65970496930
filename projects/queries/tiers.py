"""The governance tier of a project: the chosen one beside what the rule says, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from projects.models import Project
from projects.rules import impact, tiers
from projects.rules.facts import TIERS

VALUES = ("value_low", "value_likely", "value_high")
TRAITS = (
    "ai_act_class",
    "decides_about_people",
    "human_review",
    "acts_automatically",
    "safety_relevant",
    "personal_data",
    "llm",
    "customer_facing",
)
# The columns that the tier follows from.
COLUMNS = (*TRAITS, *VALUES)
# What has to be entered, where the rule calls it otherwise than the project does.
ENTERED_AS = {"annual_value": "value_likely"}


@dataclass(frozen=True, slots=True)
class TierState:
    """The tier that people chose, empty if nobody did, and the one by rule."""

    chosen: str
    by_rule: str
    reasons: tuple[tuple[str, str], ...]  # code and sentence of each rule that makes it so
    unknown: tuple[str, ...]  # fields to enter before the tier by rule is certain

    @property
    def is_below(self) -> bool:
        """Whether the chosen tier is lower than the one by rule."""
        return bool(self.chosen) and TIERS.index(self.chosen) < TIERS.index(self.by_rule)


def exposure(project: Project) -> tiers.Exposure:
    """What a project does to people and money, as the rule asks for it; no query."""
    return _exposure({name: getattr(project, name) for name in COLUMNS})


def state(project: Project) -> TierState:
    """The project's tier and the one by rule; no query."""
    return state_of({name: getattr(project, name) for name in ("tier", *COLUMNS)})


def state_of(values: Mapping[str, Any]) -> TierState:
    """The same from columns by their names: tier and COLUMNS."""
    told = _exposure(values)
    found = tiers.tier(told)
    unknown = tuple(ENTERED_AS.get(name, name) for name in tiers.unknowns(told))
    return TierState(values["tier"] or "", found.code, found.reasons, unknown)


def _exposure(values: Mapping[str, Any]) -> tiers.Exposure:
    worth = impact.expected_value(*(values[name] for name in VALUES))
    return tiers.Exposure(annual_value=worth, **{name: values[name] for name in TRAITS})
