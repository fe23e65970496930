"""Whether a gate's signatures are enough: facts in, every obstacle out."""

from collections.abc import Iterable, Sequence
from datetime import date

from projects.rules import duties, roles, signatures
from projects.rules.facts import Obstacle
from projects.rules.signatures import Condition, Signature

# What is said of a role whose newest signature does not count.
FADED = {
    "requested": ("signature_waiting", "has not answered yet.", "Ask again, or ask a deputy."),
    "recused": ("signer_recused", "stands aside from this decision.", "Ask the deputy."),
    "superseded": ("signature_missing", "has to be asked again.", "Ask again."),
    "withdrawn": ("signature_withdrawn", "has withdrawn the signature.", "Ask for a new one."),
    "invalidated": (
        "signature_invalidated",
        "signed something that has changed since.",
        "Show what has changed and ask for the signature again.",
    ),
    "expired": ("signature_expired", "signed too long ago.", "Ask for the signature again."),
    "lapsed": (
        "signature_lapsed",
        "signed with a condition that is overdue.",
        "Close the condition, or ask for a new signature.",
    ),
}


def obstacles(
    required: Sequence[str],
    given: Iterable[Signature],
    *,
    packet_hash: str,
    today: date,
    tier: str,
    is_launch: bool = False,
    carried: Iterable[Condition] = (),
) -> list[Obstacle]:
    """Everything that a gate lacks in signatures; `carried` are conditions that earlier gates put off to it.

    An empty list means that every required role has signed, nobody's rejection stands, no condition is open,
    and enough different people have signed.
    """
    every = list(given)
    enough = counting(every, packet_hash=packet_hash, today=today)
    missing = [role for role in required if role not in {each.role for each in enough}]
    return [
        *(found for role in missing for found in _missing(role, every, packet_hash, today)),
        *_refusals(required, every),
        *(_open(condition) for condition in carried if condition.closed_on is None),
        *(_too_few(required, enough, tier, is_launch) if not missing else ()),
    ]


def counting(given: Iterable[Signature], *, packet_hash: str, today: date) -> list[Signature]:
    """The signatures that count for the gate today: valid, nothing to be done before it, within duties."""
    valid = [each for each in given if signatures.is_valid(each, packet_hash, today)]
    return [each for each in valid if not signatures.open_before_gate(each) and not duties.obstacles(each)]


def _missing(role: str, every: Iterable[Signature], packet_hash: str, today: date) -> list[Obstacle]:
    """Why a role's signature is missing, by the newest one there is."""
    name, where = roles.label(role), f"signoff.{role}"
    ordered = sorted((each for each in every if each.role == role and each.is_binding), key=lambda e: e.ref)
    if not ordered:
        return [
            Obstacle(
                "signature_missing", f"{name} has not been asked.", f"Ask {name} to sign.", f"signoff.{role}"
            )
        ]
    newest = ordered[-1]
    if breach := duties.obstacles(newest):
        return breach
    state = signatures.state(newest, packet_hash, today)
    if state in FADED:
        code, says, remedy = FADED[state]
        return [Obstacle(code, f"{name} {says}", remedy, where)]
    if state == "rejected":
        return [
            Obstacle(
                "signature_missing", f"{name} has not approved.", f"Ask {name} again.", f"signoff.{role}"
            )
        ]
    if waiting := signatures.open_before_gate(newest):
        return [_open(condition) for condition in waiting]
    message = f"Who signed as {name} has left, or did not have the role."
    return [Obstacle("signer_left", message, f"Ask {name} to sign.", where)]


def _refusals(required: Sequence[str], every: Iterable[Signature]) -> list[Obstacle]:
    return [
        Obstacle(
            "rejected",
            f"{roles.label(each.role)} has rejected it.",
            "Change what was asked for, and ask again.",
            f"signoff.{each.role}",
        )
        for each in signatures.standing_rejections(every)
        if each.role in required
    ]


def _open(condition: Condition) -> Obstacle:
    message = f"A condition is open: {condition.text}"
    return Obstacle("condition_open", message, "Have whoever set it close it.", "conditions")


def _too_few(
    required: Sequence[str], valid: Iterable[Signature], tier: str, is_launch: bool
) -> list[Obstacle]:
    two = is_launch and tier == "high" and len(set(required) & set(duties.BUILDING_ROLES)) > 1
    if duties.signers(required, valid, tier=tier, needs_two_builders=two) is not None:
        return []
    message = "One person cannot sign for two of the required roles."
    return [Obstacle("too_few_people", message, "Let somebody else sign for one of them.", "signatures")]
