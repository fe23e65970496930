"""What a decision on a sign-off has to say before it is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from projects.rules import duties, roles
from projects.rules.facts import Obstacle
from projects.rules.signatures import CONDITION_KINDS, Condition, Signature

__all__ = ["Condition", "Said", "duty_obstacles", "obstacles"]

# More than a page of conditions is a rejection.
MOST_CONDITIONS = 10
LONGEST_CONDITION = 500
LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Said:
    """A decision as somebody gives it."""

    decision: str
    reason: str = ""
    would_change: str = ""
    conditions: Sequence[Condition] = ()


def obstacles(said: Said, *, is_binding: bool, today: date) -> list[Obstacle]:
    """Everything that is missing or wrong in a decision."""
    offered = ("approved", "approved_with_conditions", "rejected") if is_binding else ("feedback_given",)
    if said.decision not in offered:
        message = f"“{said.decision[:40]}” is not a decision that can be taken here."
        return [Obstacle("decision_unknown", message, f"Choose one of {', '.join(offered)}.", "decision")]
    found = [
        Obstacle("too_long", "This is too long.", f"Keep it to {LONGEST_TEXT} characters.", name)
        for name, text in (("reason", said.reason), ("would_change", said.would_change))
        if len(text) > LONGEST_TEXT
    ]
    return [*found, *_words(said), *_conditions(said, today)]


def _words(said: Said) -> list[Obstacle]:
    found = []
    if said.decision == "rejected" and not said.reason.strip():
        found.append(Obstacle("reason_needed", "A rejection needs its reason.", "Write why.", "reason"))
    if said.decision == "rejected" and not said.would_change.strip():
        message = "It is not said what would change the answer."
        found.append(Obstacle("would_change_needed", message, "Write what you need.", "would_change"))
    if said.decision == "feedback_given" and not said.reason.strip():
        found.append(
            Obstacle("reason_needed", "The feedback is empty.", "Write a sentence or two.", "reason")
        )
    return found


def _conditions(said: Said, today: date) -> list[Obstacle]:
    if said.decision != "approved_with_conditions":
        message, remedy = (
            "Only an approval with conditions has conditions.",
            "Choose that, or leave them out.",
        )
        return [Obstacle("conditions_unexpected", message, remedy, "conditions")] if said.conditions else []
    if not 1 <= len(said.conditions) <= MOST_CONDITIONS:
        message = "No condition is named." if not said.conditions else "These are too many conditions."
        remedy = f"Name 1 to {MOST_CONDITIONS}, or approve without."
        return [Obstacle("conditions_needed", message, remedy, "conditions")]
    return [found for number, each in enumerate(said.conditions) for found in _condition(number, each, today)]


def _condition(number: int, condition: Condition, today: date) -> list[Obstacle]:
    place, found = f"conditions[{number}]", []
    if not condition.text.strip() or len(condition.text) > LONGEST_CONDITION:
        remedy = f"Write what has to be done in up to {LONGEST_CONDITION} characters."
        found.append(
            Obstacle("condition_text", "The condition does not say what it asks.", remedy, f"{place}.text")
        )
    if condition.kind not in CONDITION_KINDS:
        remedy = f"Choose one of {', '.join(CONDITION_KINDS)}."
        found.append(
            Obstacle("condition_kind", "It is not said until when it holds.", remedy, f"{place}.kind")
        )
    if condition.kind == "by_date" and condition.due_on is None:
        found.append(
            Obstacle("condition_due", "The condition has no day.", "Give its day.", f"{place}.due_on")
        )
    if condition.due_on is not None and condition.due_on < today:
        message = "The day of the condition is over already."
        found.append(Obstacle("condition_due", message, "Choose a day to come.", f"{place}.due_on"))
    return found


def duty_obstacles(
    signature: Signature, others: Sequence[Signature], *, tier: str, stood_aside: Sequence[int]
) -> list[Obstacle]:
    """Why this person may not sign for this role, by the duties and by what they have signed already."""
    found, name = duties.obstacles(signature), roles.label(signature.role)
    where = f"signoff.{signature.role}"
    if signature.signer in stood_aside:
        message = f"You stood aside from deciding as {name}."
        found.append(Obstacle("stood_aside", message, "Leave it to the deputy.", where))
    held = {each.role for each in others if each.signer == signature.signer and each.is_binding}
    if signature.is_binding and not duties.may_add(signature.role, held - {signature.role}, tier):
        labels = ", ".join(sorted(roles.label(role) for role in held - {signature.role}))
        message = f"You have signed this gate as {labels}, and one person cannot sign for both."
        remedy = "Let somebody else sign, or withdraw the other signature first."
        found.append(Obstacle("signs_for_two_roles", message, remedy, where))
    return found
