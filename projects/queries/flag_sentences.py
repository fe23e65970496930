"""Events of flags as sentences, whatever they lack."""

from collections.abc import Callable
from datetime import date
from typing import Any

from projects.rules.flags import RULES

SEVERITIES = {"warn": "a warning", "critical": "critical"}


def _flag(verb: str) -> Callable[[dict[str, Any], object], str]:
    def says(payload: dict[str, Any], _names: object) -> str:
        named = _name(payload)
        return f"{verb}: {named}" if named else verb

    return says


def _changed(payload: dict[str, Any], _names: object) -> str:
    before, after = payload.get("severity", ["", ""])
    named = _name(payload)
    said = f"changed a flag: {named}" if named else "changed a flag"
    return f"{said}, now {SEVERITIES[after]}" if before != after and after in SEVERITIES else said


def _snoozed(payload: dict[str, Any], names: object) -> str:
    said = _flag("let a flag sleep")(payload, names)
    if payload.get("until"):
        until = date.fromisoformat(payload["until"])
        said += f", until {until.day} {until:%b} {until.year}"
    return said + (f" (“{payload['reason']}”)" if payload.get("reason") else "")


def _name(payload: dict[str, Any]) -> str:
    """What the flag said, or the title of its rule."""
    rule = payload.get("rule", "")
    return payload.get("label") or (RULES[rule].title if rule in RULES else rule)


WRITERS: dict[str, Callable[[dict[str, Any], Any], str]] = {
    "flag.opened": _flag("raised a flag"),
    "flag.changed": _changed,
    "flag.cleared": _flag("cleared a flag"),
    "flag.snoozed": _snoozed,
    "flag.woken": _flag("woke a flag"),
    "flag.escalated": _flag("told those above of a flag that nobody answers"),
}
