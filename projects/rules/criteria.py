"""What a gate can ask for: each kind of criterion says whether it is met and how it could be."""

from collections.abc import Callable
from dataclasses import dataclass

from projects.rules.facts import Facts, Obstacle
from projects.rules.stages import Criterion, Gate

MET, UNMET, UNKNOWN = "met", "unmet", "unknown"

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
    "ml_objective": "ML objective",
    "ml_metric": "ML metric",
    "tier": "Governance tier",
    "ai_act_class": "AI Act class",
    "committed_on": "Date promised for production",
}


@dataclass(frozen=True, slots=True)
class CriterionKind:
    """How one kind of criterion is checked, and what is said when it is not met."""

    code: str
    names: tuple[str, ...]  # what `name` may be; empty when the kind takes no name
    check: Callable[[Gate, Criterion, Facts], str]  # -> met, unmet or unknown
    obstacle: Callable[[Gate, Criterion], Obstacle]


def _field_state(_gate: Gate, criterion: Criterion, facts: Facts) -> str:
    if criterion.name not in facts.fields:
        return UNKNOWN
    value = facts.fields[criterion.name]
    if isinstance(value, str):
        return MET if value.strip() else UNMET
    # Zero is a value (a baseline may be 0); False and None are none.
    return UNMET if value is None or value is False else MET


def _field_obstacle(_gate: Gate, criterion: Criterion) -> Obstacle:
    label = FIELDS.get(criterion.name, criterion.name)
    return Obstacle(
        "field_missing",
        f"{label} is not filled in.",
        f"Fill in “{label}”.",
        criterion.name,
    )


def _date_state(gate: Gate, _criterion: Criterion, facts: Facts) -> str:
    if gate.code not in facts.planned_on:
        return UNKNOWN
    return UNMET if facts.planned_on[gate.code] is None else MET


def _date_obstacle(gate: Gate, _criterion: Criterion) -> Obstacle:
    message = f"No date is planned for the gate “{gate.label}”."
    return Obstacle(
        "gate_unplanned",
        message,
        "Set the planned date of the next gate.",
        "gate_planned_on",
    )


KINDS: dict[str, CriterionKind] = {
    kind.code: kind
    for kind in (
        CriterionKind("field", tuple(FIELDS), _field_state, _field_obstacle),
        CriterionKind("planned_date", (), _date_state, _date_obstacle),
    )
}


def state(gate: Gate, criterion: Criterion, facts: Facts) -> str:
    """`met`, `unmet` or `unknown`; a kind that this version does not know is unknown."""
    kind = KINDS.get(criterion.kind)
    return kind.check(gate, criterion, facts) if kind else UNKNOWN


def obstacle(gate: Gate, criterion: Criterion) -> Obstacle:
    """What to say about a criterion that is not met."""
    if kind := KINDS.get(criterion.kind):
        return kind.obstacle(gate, criterion)
    message = f"The criterion “{criterion.kind}” of the gate “{gate.label}” cannot be checked."
    return Obstacle(
        "criterion_unknown",
        message,
        "Ask an administrator to publish a workflow without it.",
    )
