"""Answers to the questions of a scorecard: which there are, how one reads, and when it is refused."""

from dataclasses import dataclass
from typing import NamedTuple

from projects.rules.facts import Obstacle


@dataclass(frozen=True, slots=True)
class Letter:
    """One answer that can be given: its key on the keyboard and in files, and what people read."""

    code: str
    label: str
    meaning: str


LETTERS = (
    Letter("Y", "Yes, shown", "It is so, and the evidence is linked."),
    Letter("C", "Yes, claimed", "It is said to be so, without evidence."),
    Letter("P", "Partly", "Some of it is so."),
    Letter("T", "Not yet, planned", "It is not so yet, and it is planned."),
    Letter("N", "No", "It is not so; before the question is due: and it will not be."),
    Letter("U", "Not known", "Nobody has answered."),
    Letter("X", "Not applicable", "It does not apply here, for a reason that a second person has confirmed."),
)
CODES = tuple(letter.code for letter in LETTERS)
# Confirming a section as still true renews these; the others say nothing that could grow old.
RENEWABLE = ("Y", "C", "P")
# An answer that nobody knows yet is worth what its stage says.
UNKNOWABLE = ("U", "T")


class Answer(NamedTuple):
    """What the scores look at: an answer as it reads today, and the days since it was confirmed."""

    letter: str
    age_days: int = 0


UNKNOWN = Answer("U")
YES = Answer("Y")


def offered(*, is_due: bool) -> tuple[str, ...]:
    """The order in which a form offers the answers: before a question is due, planned comes first."""
    return CODES if is_due else ("T", *(code for code in CODES if code != "T"))


def read(letter: str, *, has_evidence: bool, is_confirmed: bool) -> str:
    """How an answer counts: yes without valid evidence is a claim, unconfirmed not applicable is unknown."""
    if letter == "Y" and not has_evidence:
        return "C"
    if letter == "X" and not is_confirmed:
        return "U"
    return letter


def obstacles(letter: str, *, has_evidence: bool, reason: str) -> list[Obstacle]:
    """Everything that keeps this answer from being stored."""
    if letter not in CODES:
        message = f"“{letter[:40]}” is not an answer."
        return [Obstacle("answer_unknown", message, f"Answer with one of {', '.join(CODES)}.", "answer")]
    if letter == "Y" and not has_evidence:
        remedy = "Link the evidence or say where it is, or answer C for a claim."
        return [Obstacle("evidence_needed", "A yes needs its evidence.", remedy, "evidence")]
    if letter == "X" and not reason.strip():
        remedy = "Write why the question does not apply."
        return [Obstacle("reason_needed", "Not applicable needs a reason.", remedy, "reason")]
    return []


def confirmation_obstacles(
    letter: str, *, given_by: object, confirmed_by: object, by_machine: bool = False
) -> list[Obstacle]:
    """Why this person may not confirm that a question does not apply."""
    if letter != "X":
        remedy = "There is nothing to do."
        return [Obstacle("no_confirmation", "Only “not applicable” is confirmed.", remedy, "answer")]
    if by_machine:
        remedy = "Let somebody in the team confirm it."
        message = "A key is not a person: it cannot confirm that a question does not apply."
        return [Obstacle("second_person_needed", message, remedy, "confirmed_by")]
    if given_by == confirmed_by:
        remedy = "Ask somebody else in the team to confirm it."
        message = "Whoever gave this answer cannot confirm it."
        return [Obstacle("second_person_needed", message, remedy, "confirmed_by")]
    return []
