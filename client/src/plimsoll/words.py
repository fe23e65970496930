"""What the command says to people."""

import json
from collections.abc import Iterable, Mapping, Sequence

from plimsoll.errors import Json, PlimsollError, Refused, WrongUse

RESULTS = {
    "moved": "Done",
    "would_move": "Would be done; nothing was changed",
    "no_change": "Nothing to do, it is there already",
    "made_before": "Done before by this run",
}


def as_json(answer: Json) -> str:
    """The answer as the server gave it."""
    return json.dumps(answer, indent=2, ensure_ascii=False)


def plain(code: str) -> str:
    """A code as words."""
    return code.replace("_", " ")


def of_error(error: PlimsollError) -> str:
    """Why it failed, with every obstacle or field on a line of its own."""
    lines = [error.message]
    if isinstance(error, Refused):
        lines += [_bullet(each.message, each.remedy) for each in error.obstacles]
    if isinstance(error, WrongUse):
        lines += [_bullet(f"{field}: {message}") for field, message in error.fields]
    if error.request_id and error.exit_code == 1:
        lines.append(f"  request {error.request_id}")
    return "\n".join(lines)


def of_projects(rows: Sequence[Json]) -> str:
    """A table: key, stage, health, name."""
    if not rows:
        return "No projects."
    shown = [(row["key"], row["stage"], plain(row["health"]), row["name"]) for row in rows]
    widths = [max(len(row[place]) for row in shown) for place in range(3)]
    lines = ("  ".join([*map(str.ljust, row[:3], widths), row[3]]) for row in shown)
    return "\n".join(lines)


def of_gate(found: Json) -> str:
    """Each gate with what it would do, and what is missing."""
    if not found["gates"]:
        # Asked for where it stands, or at the end of its workflow.
        return f"{found['project']} is in {found['stage']}: no gate lies ahead."
    lines = []
    for gate in found["gates"]:
        lines.append(f"{found['project']}, {_name(gate)}: {_would(gate)}")
        lines += _bullets(gate["missing"])
    return "\n".join(lines)


def of_move(made: Json) -> str:
    """What came of a move, with what gates noted."""
    plan = made["plan"] or {}
    way = ""
    if plan and plan["from_stage"] != plan["to_stage"]:
        way = f" {plan['from_stage']} → {plan['to_stage']}"
    lines = [f"{made['project']}:{way or ' ' + (plan.get('kind') or 'move')}. {RESULTS[made['result']]}."]
    if warnings := plan.get("warnings"):
        lines.append("Noted by the gate:")
        lines += _bullets(warnings)
    return "\n".join(lines)


def of_posted(posted: Json) -> str:
    """How many observations were new."""
    return f"{posted['stored']} stored, {posted['changed']} changed, {posted['same']} known already."


def _name(gate: Json) -> str:
    return f"{gate['gate']} {gate['label']}"


def _would(gate: Json) -> str:
    if gate["open"]:
        return "open"
    missing = len(gate["missing"])
    lacks = f"{missing} thing{'' if missing == 1 else 's'} missing"
    meaning = {"refuse": "a move would be refused", "warn": "a move would be noted"}
    return f"{lacks}; {meaning.get(gate['would'], 'a move would pass')}"


def _bullets(obstacles: Iterable[Mapping[str, str]]) -> list[str]:
    return [_bullet(each["message"], each.get("remedy", "")) for each in obstacles]


def _bullet(message: str, remedy: str = "") -> str:
    return f"  - {message} {remedy}".rstrip()
