"""Criteria about the project's row and its team: fields, the planned date and the functions covered."""

from datetime import date
from decimal import Decimal

from projects.rules.facts import Facts, Obstacle
from projects.rules.findings import (
    MET,
    UNKNOWN,
    UNMET,
    Finding,
    Kind,
    days_ago,
    enumerate_words,
    lacking,
    staleness,
)
from projects.rules.stages import Criterion, Gate

# The fields that a gate may require, with the words that people read for them.
FIELDS = {
    "problem": "Problem",
    "business_unit": "Business unit",
    "owner": "Owner",
    "kind": "Kind of initiative",
    "traits_stated": "Traits (personal data, language model, vendor)",
    "metric_name": "Business metric",
    "metric_baseline": "Baseline of the business metric",
    "metric_target": "Target of the business metric",
    "metric_target_on": "Target date of the business metric",
    "metric_owner": "Owner of the business metric",
    "metric_is_measured": "Measured baseline of the business metric",
    "metric_measured_on": "Day on which the business metric was measured",
    "metric_link": "How the ML metric moves the business metric",
    "guardrails": "Metrics that must not get worse",
    "ml_objective": "ML objective",
    "ml_metric": "ML metric",
    "value_low": "Annual value at the low end",
    "value_likely": "Likely annual value",
    "value_high": "Annual value at the high end",
    "tier": "Governance tier",
    "ai_act_class": "AI Act class",
    "users_affected": "Number of people affected",
    "expectation": "Expectation statement",
    "data_sources": "Data sources",
    "model_version": "Model version",
    "capacity_fte": "People at work",
    "committed_on": "Date promised for production",
    "first_exposure_on": "Day of first live exposure",
    "monitoring_seen_on": "Day on which monitoring was last seen",
    "assessed_on": "Assessment",
}
# Of these a gate may also ask how long ago they were.
DATED = ("metric_measured_on", "monitoring_seen_on", "first_exposure_on", "assessed_on")
# No column of the project: known once its answers have been read.
WITH_ANSWERS = ("assessed_on",)

# The functions that a team has to cover, and the roles that cover each.
FUNCTIONS = {
    "product": ("PO", "SP"),
    "data": ("DS",),
    "machine learning": ("ML",),
    "engineering": ("EN",),
    "operations": ("OW",),
    "domain": ("DX",),
}


def _field(_gate: Gate, criterion: Criterion, facts: Facts) -> Finding:
    label = criterion.label or FIELDS.get(criterion.name, criterion.name)
    value = facts.fields.get(criterion.name)
    if not _is_filled(value):
        state = UNMET if criterion.name in facts.fields else UNKNOWN
        message, remedy = f"{label} is not filled in.", f"Fill in “{label}”."
        return Finding(state, "not filled in", Obstacle("field_missing", message, remedy, criterion.name))
    if criterion.within_days is None:
        return Finding(MET, "filled in")
    if not isinstance(value, date):
        remedy = f"Fill in a day for “{label}”."
        return lacking(
            UNKNOWN, "this is no day", label=label, code="field_old", remedy=remedy, field=criterion.name
        )
    if stale := staleness("last", value, criterion.within_days, facts.today):
        remedy = f"Do it again and fill in “{label}”."
        return lacking(UNMET, stale, label=label, code="field_old", remedy=remedy, field=criterion.name)
    return Finding(MET, days_ago(value, facts.today))


def _is_filled(value: object) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    # Zero is a value (a baseline may be 0); False and None are none.
    return value is not None and value is not False


def _planned_date(gate: Gate, _criterion: Criterion, facts: Facts) -> Finding:
    day = facts.planned_on.get(gate.code)
    if day is not None:
        return Finding(MET, f"planned for {day.isoformat()}")
    state = UNMET if gate.code in facts.planned_on else UNKNOWN
    message = f"No date is planned for the gate “{gate.label}”."
    remedy = "Set the planned date of the next gate."
    return Finding(state, "not planned", Obstacle("gate_unplanned", message, remedy, "gate_planned_on"))


def _team(_gate: Gate, criterion: Criterion, facts: Facts) -> Finding:
    needed = int(criterion.at_least) if isinstance(criterion.at_least, Decimal) else len(FUNCTIONS)
    missing = [name for name, roles in FUNCTIONS.items() if not any(facts.people.get(r) for r in roles)]
    covered = len(FUNCTIONS) - len(missing)
    says = f"{covered} of {len(FUNCTIONS)} functions are covered"
    if covered >= needed:
        return Finding(MET, says)
    says = f"{says}; {needed} needed; nobody for {enumerate_words(missing, len(FUNCTIONS))}"
    if not any(facts.people.values()):
        says = "nobody is named yet"
    return lacking(
        UNMET if any(facts.people.values()) else UNKNOWN,
        says,
        label=criterion.label or team_label(criterion),
        code="team_incomplete",
        remedy=f"Name somebody for {enumerate_words(missing, len(FUNCTIONS))} on the team page.",
        field="team",
    )


def team_label(_criterion: Criterion) -> str:
    """What is asked of a team."""
    return "Functions covered by the team"


def _field_demand(criterion: Criterion) -> str:
    return f"within {criterion.within_days} days" if criterion.within_days else "filled in"


KINDS = (
    Kind("field", _field, lambda criterion: FIELDS.get(criterion.name, criterion.name), _field_demand),
    Kind("planned_date", _planned_date, lambda _criterion: "Planned date", lambda _criterion: "set"),
    Kind("team", _team, team_label, lambda criterion: f"at least {criterion.at_least} of {len(FUNCTIONS)}"),
)
