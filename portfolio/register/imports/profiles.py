"""A mapping profile: which column of a source becomes which field, as data that people may edit."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from projects.rules.names import fold
from projects.rules.stages import STANDARD_STAGES

# Dates of a stage's beginning, and of the end; written as "entered.framing" among the values.
ENTERED = (*STANDARD_STAGES, "ended")
OWN = "plimsoll"  # the source of files that this product wrote itself
# A mark that an export sets before texts that a spreadsheet would calculate.
FORMULA_MARK, FORMULA = "'", ("=", "+", "-", "@", "\t", "\r")
DEFAULT_DATE_FORMATS = ("%Y-%m-%d", "%m/%d/%Y")


@dataclass(frozen=True, slots=True)
class Target:
    """A field that an import can fill: how its cells are read, and what it can hold."""

    kind: str
    longest: int = 0
    choices: tuple[str, ...] = ()


# Lengths are those of the columns; long texts are bounded by the cell limit of the reader.
TARGETS: Mapping[str, Target] = {
    "name": Target("line", 200),
    "problem": Target("text"),
    "description": Target("text"),
    "unit": Target("line", 200),
    "sub_unit": Target("line", 200),
    "owner": Target("line", 254),
    "kind": Target("choice", choices=("existing", "new", "revolutionary")),
    "tier": Target("choice", choices=("low", "medium", "high")),
    "ai_act_class": Target("choice", choices=("prohibited_check", "high", "limited", "gpai", "minimal")),
    "personal_data": Target("yes_no"),
    "llm": Target("yes_no"),
    "vendor": Target("yes_no"),
    "metric_name": Target("line", 200),
    "metric_unit": Target("line", 40),
    "metric_direction": Target("choice", choices=("up", "down")),
    "metric_baseline": Target("number"),
    "metric_target": Target("number"),
    "metric_target_on": Target("date"),
    "metric_owner": Target("line", 150),
    # The business metric in one cell: "Cycle time 9.4 -> 6.0 days".
    "metric": Target("metric"),
    "metric_is_measured": Target("yes_no"),
    "metric_method_agreed": Target("yes_no"),
    "metric_link": Target("text"),
    "guardrails": Target("text"),
    "ml_metric": Target("line", 300),
    "objective": Target("text"),
    "value_low": Target("amount"),
    "value_likely": Target("amount"),
    "value_high": Target("amount"),
    "strategic": Target("points"),
    "reach": Target("points"),
    "committed_on": Target("date"),
    "gate_planned_on": Target("date"),
    "decides_about_people": Target("yes_no"),
    "human_review": Target("yes_no"),
    "acts_automatically": Target("yes_no"),
    "safety_relevant": Target("yes_no"),
    "customer_facing": Target("yes_no"),
    "users_affected": Target("count"),
    "expectation": Target("text"),
    "data_sources": Target("text"),
    "model_version": Target("line", 60),
    "first_exposure_on": Target("date"),
    "metric_measured_on": Target("date"),
    "monitoring_seen_on": Target("date"),
    "capacity_fte": Target("fte"),
    "remaining_cost": Target("amount"),
    "launch_cost": Target("amount"),
    "cost_currency": Target("currency"),
    "chance_of_use": Target("percent"),
    "mandatory": Target("line", 200),
    "vendor_name": Target("line", 200),
    "metric_realised": Target("number"),
    "stated_on": Target("date"),
    "stated_value": Target("amount"),
    "leakage_reviewed_on": Target("date"),
    "audited_on": Target("date"),
    # Days of activity in the present stage, where the source knows no date.
    "days_in_stage": Target("days"),
    "blockers": Target("blockers"),
    "people": Target("people"),
    "signals": Target("signals"),
    "metric_pairs": Target("metric_pairs"),
}
# Of these, the columns of a project under the same name.
COLUMNS = tuple(
    name
    for name in TARGETS
    if name not in ("unit", "sub_unit", "owner", "metric", "days_in_stage", "blockers", "people")
    if name not in ("signals", "metric_pairs")
)
# Beside the fields: columns of letters and their age, written as "answers.P1", and single questions.
ANSWERS, QUESTION = "answers.", "question."
# And columns of people by kind of work, written as "people.Data engineer".
PEOPLE = "people."
AGES: Mapping[str, Target] = {"age_days": Target("days"), "assessed_on": Target("date")}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a project and where the source keeps it; several columns are joined."""

    target: str
    columns: tuple[str, ...]
    kind: str
    longest: int = 0
    # A name longer than `longest` is cut if it has at most this many characters, else its row is refused.
    shorten_up_to: int = 0
    words: Mapping[str, str | bool | None] = field(default_factory=dict)
    formats: tuple[str, ...] = DEFAULT_DATE_FORMATS
    # What an amount of the source is multiplied by: 1000 where it is given in thousands.
    times: int = 1


@dataclass(frozen=True, slots=True)
class Stages:
    """The words of a source for where a use case stands."""

    column: str = ""
    # A word may stand for several stages: the first is entered, any of them agrees with what is there.
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ended: frozenset[str] = frozenset()
    retired: frozenset[str] = frozenset()
    stopped: frozenset[str] = frozenset()
    empty: str = "idea"
    # The stage for words that the profile does not know; empty: such a row is refused.
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything that reading one kind of file needs to know."""

    name: str
    source: str
    fields: Mapping[str, Field]
    stages: Stages = Stages()
    description: str = ""
    id_column: str = ""
    never: tuple[str, ...] = ()
    empty_words: frozenset[str] = frozenset()

    def mapped_columns(self) -> set[str]:
        """Every column that the profile reads, folded."""
        named = {column for each in self.fields.values() for column in each.columns}
        return {fold(column) for column in (*named, self.id_column, self.stages.column) if column}
