"""Events of answers, scores and to-dos as sentences, whatever their payload lacks."""

from collections.abc import Callable
from typing import Any

from projects.events import KINDS
from projects.rules import quadrants
from projects.rules.answers import LETTERS

LABELS = {letter.code: letter.label.lower() for letter in LETTERS}


def _answered(payload: dict[str, Any], _names: object) -> str:
    before, after = payload.get("letter", ["U", ""])
    said = f" {payload['question']}" if payload.get("question") else ""
    said += f": {LABELS[after]}" if after in LABELS else ""
    return f"answered{said}" + (f", was {LABELS[before]}" if before not in ("U", after) else "")


def _confirmed(payload: dict[str, Any], _names: object) -> str:
    questions = payload.get("questions", [])
    if len(questions) == 1:
        return f"confirmed the answer to {questions[0]} as still true"
    of = f" of {payload['pitfall']}" if payload.get("pitfall") else ""
    number = f"{len(questions)} " if questions else ""
    return f"confirmed {number}answers{of} as still true"


def _agreed(payload: dict[str, Any], _names: object) -> str:
    return f"agreed that {payload.get('question', 'a question')} does not apply"


def _placed(payload: dict[str, Any], _names: object) -> str:
    known = [quadrants.LABELS.get(code, code).lower() for code in payload.get("quadrant", [])]
    return (
        f"changed the quadrant from {known[0]} to {known[1]}" if len(known) == 2 else "changed the quadrant"
    )


def _todo(kind: str) -> Callable[[dict[str, Any], object], str]:
    def says(payload: dict[str, Any], _names: object) -> str:
        return f"{KINDS[kind]}: {payload['text']}" if payload.get("text") else KINDS[kind]

    return says


WRITERS: dict[str, Callable[[dict[str, Any], Any], str]] = {
    "answer.given": _answered,
    "answers.confirmed": _confirmed,
    "answer.agreed": _agreed,
    "score.quadrant_changed": _placed,
    **{kind: _todo(kind) for kind in KINDS if kind.startswith("todo.")},
}
