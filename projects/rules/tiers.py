"""The governance tier: how much harm a project could do, by rule, and who may set another one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from projects.rules import evidence, impact, roles
from projects.rules.facts import TIERS, Obstacle
from projects.rules.impact import Money

# Above this annual value (portfolio's currency) a project that acts by itself is in the high tier.
MOST_UNWATCHED_VALUE = 1_000_000
# Both have to agree before a tier is set below the rule.
LOWERING_ROLES = ("LE", "PM")
# An agreement that nobody uses ends, as a signature does.
AGREED_FOR_DAYS = 90
# The columns of a project that the tier follows from; the value comes in three estimates.
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
VALUES = ("value_low", "value_likely", "value_high")
COLUMNS = (*TRAITS, *VALUES)
# What has to be entered, where it is called otherwise here than on the project.
ENTERED_AS = {"annual_value": "value_likely"}


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a project does to people and money; None where nobody has said."""

    ai_act_class: str = ""  # prohibited_check, high, limited, gpai, minimal
    decides_about_people: bool | None = None
    human_review: bool | None = None
    acts_automatically: bool | None = None
    annual_value: Money | None = None
    safety_relevant: bool | None = None
    personal_data: bool | None = None
    llm: bool | None = None
    customer_facing: bool | None = None


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier and why: codes and sentences of the rules that make it so."""

    code: str
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TierState:
    """The tier that people chose, empty if nobody did, and the one by rule."""

    chosen: str
    by_rule: str
    reasons: tuple[tuple[str, str], ...]  # code and sentence of each rule that makes it so
    unknown: tuple[str, ...]  # columns to enter before the tier by rule is certain

    @property
    def is_below(self) -> bool:
        """Whether the chosen tier is lower than the one by rule."""
        return bool(self.chosen) and TIERS.index(self.chosen) < TIERS.index(self.by_rule)


def state(values: Mapping[str, Any]) -> TierState:
    """The tier of a project and the one by rule, from its columns by their names: tier and COLUMNS."""
    worth = impact.expected_value(*(values[name] for name in VALUES))
    exposure = Exposure(annual_value=worth, **{name: values[name] for name in TRAITS})
    found = tier(exposure)
    unknown = tuple(ENTERED_AS.get(name, name) for name in unknowns(exposure))
    return TierState(values["tier"] or "", found.code, found.reasons, unknown)


def tier(exposure: Exposure) -> Tier:
    """The tier by rule; what nobody has said counts as no, `unknowns` names it."""
    if high := _high(exposure):
        return Tier("high", high)
    if medium := _medium(exposure):
        return Tier("medium", medium)
    return Tier("low", (("none_applies", "No rule for a higher tier applies."),))


def unknowns(exposure: Exposure) -> tuple[str, ...]:
    """What has to be entered before the tier is certain; nothing while it is high anyway."""
    if _high(exposure):
        return ()
    asked = ["ai_act_class", "decides_about_people", "acts_automatically", "safety_relevant"]
    if exposure.acts_automatically:
        asked.append("annual_value")
    if not _medium(exposure):
        asked += ["personal_data", "llm"] + ["customer_facing"] * bool(exposure.llm)
    return tuple(name for name in asked if getattr(exposure, name) in (None, ""))


def _high(exposure: Exposure) -> tuple[tuple[str, str], ...]:
    value = exposure.annual_value or 0
    return _holding(
        ("ai_act_high", "The AI Act class is high.", exposure.ai_act_class == "high"),
        (
            "ai_act_prohibited_check",
            "It has to be checked whether the practice is prohibited.",
            exposure.ai_act_class == "prohibited_check",
        ),
        (
            "decides_alone",
            "It decides about people and nobody reviews the decision.",
            exposure.decides_about_people and not exposure.human_review,
        ),
        (
            "acts_on_much_money",
            f"It acts by itself, and more than {MOST_UNWATCHED_VALUE:,} a year depends on it.",
            exposure.acts_automatically and value > MOST_UNWATCHED_VALUE,
        ),
        ("safety_relevant", "Somebody's safety depends on it.", exposure.safety_relevant),
    )


def _medium(exposure: Exposure) -> tuple[tuple[str, str], ...]:
    return _holding(
        ("personal_data", "It uses personal data.", exposure.personal_data),
        (
            "llm_for_customers",
            "It brings a language model before customers.",
            exposure.llm and exposure.customer_facing,
        ),
        ("ai_act_limited", "The AI Act class is limited.", exposure.ai_act_class == "limited"),
    )


def _holding(*rules: tuple[str, str, bool | None]) -> tuple[tuple[str, str], ...]:
    return tuple((code, sentence) for code, sentence, holds in rules if holds)


def obstacles(by_rule: str, chosen: str, *, present: str = "", agreed: Iterable[str] = ()) -> list[Obstacle]:
    """Why this tier may not be set: raising is free, lowering below the rule needs two roles."""
    if chosen not in TIERS:
        message = f"“{chosen[:40]}” is not a tier."
        return [Obstacle("tier_unknown", message, f"Choose one of {', '.join(TIERS)}.", "tier")]
    is_raised = present in TIERS and TIERS.index(chosen) >= TIERS.index(present)
    if is_raised or TIERS.index(chosen) >= TIERS.index(by_rule) or set(LOWERING_ROLES) <= set(agreed):
        return []
    message = f"By the rule this project is in the {by_rule} tier."
    remedy = "Keep that tier, or let legal (LE) and the portfolio manager (PM) agree to a lower one."
    return [Obstacle("tier_below_rule", message, remedy, "tier")]


def agreement(by_rule: str, chosen: str, role: str) -> str:
    """The name under which a role's word on a lower tier is kept; it holds for this step down only."""
    return f"tier_{by_rule}_to_{chosen}_{role.lower()}"


def lower(by_rule: str) -> tuple[str, ...]:
    """The tiers below the one by rule, the nearest first."""
    return TIERS[: TIERS.index(by_rule)][::-1]


def agreement_obstacles(by_rule: str, chosen: str, role: str, reason: str) -> list[Obstacle]:
    """Everything that is wrong with a word on a lower tier; `reason` without blanks around it."""
    found = []
    if chosen not in lower(by_rule):
        told = ", ".join(lower(by_rule)) or "none: there is nothing to agree to"
        message = f"“{chosen[:20]}” is not below the tier by rule, which is {by_rule}."
        found.append(Obstacle("tier_not_lower", message, f"Choose one of {told}.", "tier"))
    if role not in LOWERING_ROLES:
        named = " and ".join(roles.label(each) for each in LOWERING_ROLES)
        message = f"“{role[:20]}” has no say in the tier."
        found.append(Obstacle("role_without_say", message, f"{named} have.", "role"))
    if not reason:
        message = "It is not said why."
        remedy = "Say in a sentence why the rule does not fit."
        found.append(Obstacle("reason_missing", message, remedy, "reason"))
    return [*found, *evidence.text_obstacles(reason, "reason")]
