"""What a gate can ask for: each kind of criterion says whether it is met and how it could be."""

from projects.rules.criterion_kinds import fields, pairs, records, scores
from projects.rules.criterion_kinds.fields import FIELDS
from projects.rules.facts import CONDITIONS, Facts, Obstacle, holds
from projects.rules.findings import MET, UNKNOWN, UNMET, Finding, Kind
from projects.rules.stages import Criterion, Gate

__all__ = [
    "CONDITION_WORDS",
    "FIELDS",
    "KINDS",
    "MET",
    "UNKNOWN",
    "UNMET",
    "UNTOLD",
    "Criterion",
    "Finding",
    "demand",
    "family",
    "finding",
    "findings",
    "is_asked",
    "label",
    "state",
]

# A kind is added here when it is tested met, unmet and unknown.
ALL = (*fields.KINDS, *scores.KINDS, *pairs.KINDS, *records.KINDS)
KINDS: dict[str, Kind] = {kind.code: kind for kind in ALL}

# What to say when a condition cannot be told, by the field that would tell it.
UNTOLD = {
    "tier": ("The governance tier is not set", "Set the governance tier."),
    "traits_stated": (
        "The traits are not stated",
        "State personal data, language model and vendor.",
    ),
}
# How a condition reads after “with”.
CONDITION_WORDS = {
    "tier_high": "the high tier",
    "tier_medium": "the medium or high tier",
    "personal_data": "personal data",
    "vendor": "a vendor's model",
    "llm": "a language model",
}


def is_asked(criterion: Criterion, facts: Facts) -> bool | None:
    """Whether this project has to meet it: always, or where a condition holds; None when that is open."""
    if not criterion.when:
        return True
    told = [holds(condition, facts) for condition in criterion.when]
    if True in told:
        return True
    return None if None in told else False


def finding(gate: Gate, criterion: Criterion, facts: Facts) -> Finding:
    """How a criterion stands; one that may not be asked at all is unknown, as is a kind nobody knows."""
    kind = KINDS.get(criterion.kind)
    if kind is None:
        return _unreadable(gate, criterion)
    if is_asked(criterion, facts) is None:
        return _untold(criterion, facts)
    return kind.find(gate, criterion, facts)


def findings(gate: Gate, facts: Facts) -> list[tuple[Criterion, Finding]]:
    """All criteria of a gate, without those that this project need not meet."""
    return [
        (criterion, finding(gate, criterion, facts))
        for criterion in gate.criteria
        if is_asked(criterion, facts) is not False
    ]


def state(gate: Gate, criterion: Criterion, facts: Facts) -> str:
    """`met`, `unmet` or `unknown`."""
    return finding(gate, criterion, facts).state


def label(criterion: Criterion) -> str:
    """What people call a criterion."""
    if criterion.kind == "answer":
        return scores.answer_label(criterion)
    kind = KINDS.get(criterion.kind)
    return criterion.label or (kind.label(criterion) if kind else criterion.kind)


def demand(criterion: Criterion) -> str:
    """What a criterion asks for, in one line: Model card: added, at most 90 days old."""
    kind = KINDS.get(criterion.kind)
    what = kind.demand(criterion) if kind else ""
    when = " or ".join(CONDITION_WORDS.get(condition, condition) for condition in criterion.when)
    asked = ", ".join(part for part in (what, f"asked with {when}" if when else "") if part)
    return f"{label(criterion)}: {asked}" if asked else label(criterion)


def family(criterion: Criterion) -> str:
    """Which family of facts a criterion reads; empty where those of the project's row are enough."""
    if criterion.name in fields.WITH_ANSWERS:
        return "answers"
    kind = KINDS.get(criterion.kind)
    return kind.family if kind else ""


def _untold(criterion: Criterion, facts: Facts) -> Finding:
    field = next(CONDITIONS[each] for each in criterion.when if holds(each, facts) is None)
    fact, remedy = UNTOLD[field]
    says = f"{fact[0].lower()}{fact[1:]}, so it is open whether this is asked"
    message = f"{fact}, so it is open whether “{label(criterion)}” is asked."
    return Finding(UNKNOWN, says, Obstacle("trait_unknown", message, remedy, field))


def _unreadable(gate: Gate, criterion: Criterion) -> Finding:
    message = f"The criterion “{criterion.kind}” of the gate “{gate.label}” cannot be checked."
    remedy = "Ask an administrator to publish a workflow without it."
    return Finding(
        UNKNOWN, "cannot be checked", Obstacle("criterion_unknown", message, remedy, criterion.kind)
    )
