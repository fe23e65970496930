"""Events of answers and scores as sentences."""

from collections.abc import Callable
from typing import Any

from projects.rules import quadrants
from projects.rules.answers import LETTERS

LABELS = {letter.code: letter.label.lower() for letter in LETTERS}


def _answered(payload: dict[str, Any], _names: object) -> str:
    before, after = payload["letter"]
    was = f", was {LABELS[before]}" if before not in ("U", after) else ""
    return f"answered {payload['question']}: {LABELS[after]}{was}"


def _confirmed(payload: dict[str, Any], _names: object) -> str:
    count, questions = payload["count"], payload["questions"]
    if count == 1:
        return f"confirmed the answer to {questions[0]} as still true"
    of = f" of {payload['pitfall']}" if payload["pitfall"] else ""
    return f"confirmed {count} answers{of} as still true"


def _agreed(payload: dict[str, Any], _names: object) -> str:
    return f"agreed that {payload['question']} does not apply"


def _placed(payload: dict[str, Any], _names: object) -> str:
    before, after = (quadrants.LABELS.get(code, code).lower() for code in payload["quadrant"])
    return f"changed the quadrant from {before} to {after}"


WRITERS: dict[str, Callable[[dict[str, Any], Any], str]] = {
    "answer.given": _answered,
    "answers.confirmed": _confirmed,
    "answer.agreed": _agreed,
    "score.quadrant_changed": _placed,
}
