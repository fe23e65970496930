"""Events of answers, scores, checklists, measurements and to-dos as sentences, whatever they lack."""

from collections.abc import Callable
from typing import Any

from projects.events import KINDS
from projects.rules import checklists, quadrants
from projects.rules.answers import LETTERS

LABELS = {letter.code: letter.label.lower() for letter in LETTERS}


def _answered(payload: dict[str, Any], names: Any) -> str:
    before, after = payload.get("letter", ["U", ""])
    said = f" {names.question(payload['question'])}" if payload.get("question") else ""
    said += f": {LABELS[after]}" if after in LABELS else ""
    return f"answered{said}" + (f", was {LABELS[before]}" if before not in ("U", after) else "")


def _confirmed(payload: dict[str, Any], names: Any) -> str:
    questions = payload.get("questions", [])
    if len(questions) == 1:
        return f"confirmed the answer to {names.question(questions[0])} as still true"
    of = f" about “{names.pitfall(payload['pitfall'])}”" if payload.get("pitfall") else ""
    number = f"{len(questions)} " if questions else ""
    return f"confirmed {number}answers{of} as still true"


def _agreed(payload: dict[str, Any], names: Any) -> str:
    asked = names.question(payload["question"]) if payload.get("question") else "a question"
    return f"agreed that {asked} does not apply"


def _placed(payload: dict[str, Any], _names: object) -> str:
    known = [quadrants.LABELS.get(code, code).lower() for code in payload.get("quadrant", [])]
    return (
        f"changed the quadrant from {known[0]} to {known[1]}" if len(known) == 2 else "changed the quadrant"
    )


def _filled(payload: dict[str, Any], _names: object) -> str:
    checklist = checklists.shipped().get(payload.get("checklist", ""))
    name = f"the list “{checklist.label}”" if checklist else "a checklist"
    items = ", ".join(sorted(payload.get("points", {})))
    return f"filled in {items} of {name}" if items else f"filled in {name}"


def _measured(payload: dict[str, Any], _names: object) -> str:
    found = payload.get("measurements", {})
    if len(found) != 1:
        return f"posted {len(found)} measurements" if found else "posted a measurement"
    ((metric, said),) = found.items()
    return f"posted {metric} {said.get('value', '')} of {said.get('measured_on', '')}"


def _todo(kind: str) -> Callable[[dict[str, Any], object], str]:
    def says(payload: dict[str, Any], _names: object) -> str:
        return f"{KINDS[kind]}: {payload['text']}" if payload.get("text") else KINDS[kind]

    return says


WRITERS: dict[str, Callable[[dict[str, Any], Any], str]] = {
    "answer.given": _answered,
    "answers.confirmed": _confirmed,
    "answer.agreed": _agreed,
    "score.quadrant_changed": _placed,
    "checklist.filled": _filled,
    "measurement.posted": _measured,
    **{kind: _todo(kind) for kind in KINDS if kind.startswith("todo.")},
}
