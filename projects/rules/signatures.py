"""Signatures on a gate's packet: how each of them stands today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

# A signature that no gate has used by then says nothing about today's project any more (our choice).
UNUSED_DAYS = 90
APPROVALS = ("approved", "approved_with_conditions")
DECISIONS = (*APPROVALS, "rejected", "feedback_given", "recused")
CONDITION_KINDS = ("before_gate", "before_next_gate", "by_date")


@dataclass(frozen=True, slots=True)
class Condition:
    """What a signer asked for; only they, or whoever has their role after them, can close it."""

    text: str
    kind: str  # before_gate, before_next_gate, by_date
    due_on: date | None = None
    closed_on: date | None = None

    def is_overdue(self, today: date) -> bool:
        """Whether its day is over and it is still open."""
        return self.closed_on is None and self.due_on is not None and today > self.due_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One request to sign a packet for a role, with what came of it; people are ids."""

    ref: int = 0  # later requests have higher ones
    role: str
    packet_hash: str
    requested_by: int
    requested_on: date
    signer: int | None = None
    acts_for: int | None = None  # whom a delegate stands for
    decision: str = ""  # empty: waiting
    decided_on: date | None = None
    conditions: tuple[Condition, ...] = ()
    withdrawn_on: date | None = None
    superseded_on: date | None = None  # when a newer request took its place
    used_on: date | None = None  # when its gate was passed
    lives_until: date | None = None  # after the launch: until the next certification
    signer_is_active: bool = True
    held_role: bool = True  # when signing
    is_on_team: bool = False  # in another role than this one
    made_evidence: bool = False
    is_binding: bool = True  # False: feedback that was invited

    @property
    def is_approval(self) -> bool:
        return self.decision in APPROVALS

    @property
    def is_waiting(self) -> bool:
        return not self.decision and self.withdrawn_on is None and self.superseded_on is None


def state(signature: Signature, present_hash: str, today: date) -> str:
    """How it stands: its decision, or what has become of it since; `requested` while it waits."""
    if signature.withdrawn_on is not None:
        return "withdrawn"
    if signature.superseded_on is not None:
        return "superseded"
    if not signature.decision:
        return "requested"  # Whoever answers signs what is there then, and sees what has changed.
    if not signature.is_approval:
        return signature.decision
    if signature.packet_hash != present_hash:
        return "invalidated"
    if _has_expired(signature, today):
        return "expired"
    if any(condition.is_overdue(today) for condition in signature.conditions):
        return "lapsed"
    return signature.decision


def is_valid(signature: Signature, present_hash: str, today: date) -> bool:
    """Whether it counts for its gate today."""
    return (
        signature.is_binding
        and state(signature, present_hash, today) in APPROVALS
        and signature.signer_is_active
        and signature.held_role
    )


def open_before_gate(signature: Signature) -> tuple[Condition, ...]:
    """What its signer wants done before the gate and nobody has closed; until then it opens nothing."""
    return tuple(
        each for each in signature.conditions if each.kind == "before_gate" and each.closed_on is None
    )


def standing_rejections(signatures: Iterable[Signature]) -> list[Signature]:
    """Rejections that no later approval of the same role, for another packet, has answered."""
    ordered = sorted(signatures, key=lambda each: each.ref)
    return [
        each
        for each in ordered
        if each.decision == "rejected"
        and each.is_binding
        and each.withdrawn_on is None
        and not _is_answered(each, ordered)
    ]


def in_play(every: Iterable[Signature]) -> tuple[Signature, ...]:
    """Without what gates were passed with, and without the rejections that it has answered."""
    every = list(every)
    used = [each for each in every if each.used_on is not None]
    return tuple(
        each
        for each in every
        if each.used_on is None and not (each.decision == "rejected" and _is_answered(each, used))
    )


def _is_answered(rejection: Signature, others: Iterable[Signature]) -> bool:
    return any(
        other.role == rejection.role
        and other.ref > rejection.ref
        and other.is_approval
        and other.withdrawn_on is None
        and other.packet_hash != rejection.packet_hash
        for other in others
    )


def expires_on(signature: Signature) -> date | None:
    """The last day on which an approval counts; None: without a last day."""
    if signature.lives_until is not None:
        return signature.lives_until
    if signature.used_on is not None or signature.decided_on is None or not signature.is_approval:
        return None
    return signature.decided_on + timedelta(UNUSED_DAYS)


def _has_expired(signature: Signature, today: date) -> bool:
    last = expires_on(signature)
    return last is not None and today > last
