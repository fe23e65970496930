"""What a proposal would change, in a line for the person who decides."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from projects.rules import answers, blockers
from projects.rules.workflow import Workflow

_STEPS = {"advance": "Advance", "back": "Move back", "rollback": "Roll back"}
# Of moves that lead to no stage that somebody chooses.
_MOVES = {
    "resume": "Resume after the hold",
    "stop": "Stop the project",
    "restart": "Restart the project",
    "retire": "Retire the project",
    "recertify": "Certify again",
}
_LETTERS = {letter.code: letter.label.lower() for letter in answers.LETTERS}


def line(
    kind: str, body: Mapping[str, Any], workflow: Workflow, stage: str, *, letter: str = "", flag: str = ""
) -> str:
    """What would be different; `flag` names the flag that is to sleep.

    `stage` and `letter`, the present answer, are empty where the present state is not to be told.
    """
    if kind == "move":
        return _move(body, workflow, stage)
    if kind == "update":
        return f"Post an update: {_plain(body['health'])}"
    if kind == "answer":
        if letter == body["letter"]:
            return f"Answer {body['question']}: still {_LETTERS[letter]}"
        instead = f" instead of {_LETTERS[letter]}" if letter else ""
        return f"Answer {body['question']}: {_LETTERS[body['letter']]}{instead}"
    if kind == "blocker":
        return f"Raise a blocker ({body['severity']}, {_category(body['category'])}): {body['title']}"
    if kind == "todo":
        return f"Add a to-do{_until(body.get('due_on'), ', due')}: {body['text']}"
    return f"Let the flag {flag or body['flag']} sleep{_until(body['until'], ' until')}"


def _move(body: Mapping[str, Any], workflow: Workflow, stage: str) -> str:
    asked, here = body.get("kind") or "advance", _place(" from", workflow, stage)
    there = _place(" to", workflow, body.get("to") or "")
    if asked in ("advance", "back", "rollback"):
        return f"{_STEPS[asked]}{here}{there}"
    if asked == "hold":
        return f"Put on hold{_until(body.get('until'), ' until')}"
    return _MOVES[asked]


def _place(lead: str, workflow: Workflow, code: str) -> str:
    if not code:
        return ""
    return f"{lead} {workflow.stage(code).label if workflow.has(code) else code}"


def _category(code: str) -> str:
    labels = {each.code: each.label for each in blockers.shipped().categories}
    return labels.get(code, code).lower()


def _until(day: str | None, lead: str) -> str:
    if not day:
        return ""
    read = date.fromisoformat(day)
    return f"{lead} {read.day} {read:%B %Y}"


def _plain(code: str) -> str:
    return code.replace("_", " ")
