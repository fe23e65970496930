"""Answers as somebody gives them: when they are refused, and which ones a confirmation speaks of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from projects.rules import answers, evidence
from projects.rules.facts import Obstacle
from projects.rules.questions import Question
from projects.rules.scorecards_reading import MOST_QUESTIONS

if TYPE_CHECKING:
    from projects.rules.scorecards import Scorecard


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody answers to a question; `evidence_until` is the last day on which the evidence holds."""

    question: str
    letter: str
    evidence: str = ""
    evidence_until: date | None = None
    reason: str = ""
    # Of "not applicable": a file tells of what two people have agreed.
    is_agreed: bool = False
    # Of an answer that is taken up again: it stays as old as it was.
    confirmed_on: date | None = None

    @property
    def tidy(self) -> "Given":
        """The same without blanks around its texts."""
        return replace(self, evidence=self.evidence.strip(), reason=self.reason.strip())


def obstacles(card: "Scorecard", is_llm: bool, given: Sequence[Given], today: date) -> list[Obstacle]:
    """Everything that keeps answers from being stored, with the question in front of the field."""
    if len(given) > MOST_QUESTIONS:
        remedy = f"Give at most {MOST_QUESTIONS} at once."
        return [Obstacle("too_many", f"These are {len(given)} answers.", remedy, "answers")]
    found, seen = [], set[str]()
    for each in given:
        wrong = [*_of_the_question(card, is_llm, each.question, seen), *_of_the_answer(each, today)]
        found += [replace(one, field=f"{each.question[:40]}.{one.field}") for one in wrong]
        seen.add(each.question)
    return found


def _of_the_question(card: "Scorecard", is_llm: bool, question: str, seen: set[str]) -> Iterator[Obstacle]:
    asked = [each.id for each in card.asked(is_llm)]
    if not card.has(question):
        message = f"There is no question “{question[:40]}”."
        yield Obstacle("question_unknown", message, f"Questions are {', '.join(asked)}.", "question")
    elif question not in asked:
        message = f"{question} is asked of projects built on a language model only."
        remedy = "Say in the project's details that it is one, or leave the answer out."
        yield Obstacle("question_not_asked", message, remedy, "question")
    if question in seen:
        yield Obstacle("answered_twice", f"{question[:40]} comes twice.", "Answer it once.", "question")


def _of_the_answer(given: Given, today: date) -> Iterator[Obstacle]:
    yield from answers.obstacles(given.letter, has_evidence=bool(given.evidence), reason=given.reason)
    yield from evidence.obstacles(given.letter, given.evidence, given.evidence_until, today)
    yield from evidence.text_obstacles(given.reason, "reason")


def scope(card: "Scorecard", is_llm: bool, pitfall: str, questions: Sequence[str]) -> list[Question]:
    """What a confirmation speaks of: questions of a pitfall or panel, named ones, or all that are asked."""
    return [
        each
        for each in card.asked(is_llm)
        if (not pitfall or pitfall in (each.pitfall, each.panel)) and (not questions or each.id in questions)
    ]


def scope_obstacles(
    card: "Scorecard", is_llm: bool, pitfall: str, questions: Sequence[str]
) -> list[Obstacle]:
    """What is named to be confirmed and is not there."""
    known = {each.id for each in card.asked(is_llm)}
    wrong = [each for each in questions[:MOST_QUESTIONS] if each not in known]
    found = [
        Obstacle("question_unknown", f"“{each[:40]}” is not asked of it.", "Leave it out.", "questions")
        for each in wrong
    ]
    if pitfall and not scope(card, is_llm, pitfall, ()):
        remedy = f"Choose one of {', '.join(each.code for each in card.pitfalls)}."
        found.append(Obstacle("pitfall_unknown", f"There is no pitfall “{pitfall[:40]}”.", remedy, "pitfall"))
    return found
