"""Answers as files write them: one column of letters for each pitfall and panel, in the scorecard's order."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from projects.rules.answers import CODES, UNKNOWN, Answer
from projects.rules.facts import Obstacle

if TYPE_CHECKING:
    from projects.rules.scorecards import Scorecard


def columns(card: "Scorecard") -> tuple[str, ...]:
    """The columns in which answers are written: P1 to P5, then the panels."""
    return (*(pitfall.code for pitfall in card.pitfalls), *(panel.code for panel in card.panels))


def obstacles(card: "Scorecard", written: Mapping[str, str]) -> list[Obstacle]:
    """Everything that is wrong with columns of letters; an empty column is nobody's answer."""
    found = []
    for column in columns(card):
        text, questions = _clean(written.get(column, "")), card.group(column)
        if text and len(text) != len(questions):
            message = f"{column} has {len(text)} letters for {len(questions)} questions."
            remedy = f"Write one letter for each of {questions[0].id} to {questions[-1].id}."
            found.append(Obstacle("letters_missing", message, remedy, column))
        elif wrong := sorted(set(text) - set(CODES)):
            message = f"{column} contains {', '.join(wrong)[:40]}."
            remedy = f"Answers are {', '.join(CODES)}."
            found.append(Obstacle("answer_unknown", message, remedy, column))
    return found


def read(card: "Scorecard", written: Mapping[str, str], age_days: int = 0) -> dict[str, Answer]:
    """The answers in columns without obstacles, all confirmed on one day."""
    return {
        question.id: Answer(letter, age_days)
        for column in columns(card)
        for question, letter in zip(card.group(column), _clean(written.get(column, "")), strict=False)
    }


def write(card: "Scorecard", answers: Mapping[str, Answer], *, is_llm: bool) -> dict[str, str]:
    """The columns of a project's answers; those of a panel that is not asked are empty."""
    asked = {question.id for question in card.asked(is_llm)}
    return {
        column: "".join(answers.get(q.id, UNKNOWN).letter for q in card.group(column) if q.id in asked)
        for column in columns(card)
    }


def _clean(text: str) -> str:
    return text.strip().upper()
