"""Events of blockers as sentences."""

from collections.abc import Callable
from datetime import date
from typing import Any

from projects.models.blockers import POLICY, RESOLUTIONS, SEVERITIES

SEVERITY, RESOLUTION = dict(SEVERITIES), dict(RESOLUTIONS)
FIELDS = {
    "decision_from": "whose decision is needed",
    "decision_email": "address of whose decision is needed",
    "waiting_for": "whom it waits for",
    "expected_on": "expected day",
    "affected": "other projects that it stops",
    "shared_owner": "owner in the portfolio",
}
Says = Callable[[dict[str, Any], Any], str]


def _about(says: Callable[[dict[str, Any]], str]) -> Says:
    """A sentence that ends with what the blocker is."""

    def write(payload: dict[str, Any], _names: object) -> str:
        title = payload.get("title", "")
        return f"{says(payload)}: {title}" if title else says(payload)

    return write


def _raised(payload: dict[str, Any]) -> str:
    severity = SEVERITY.get(payload.get("severity", ""), "")
    return f"raised a blocker of severity {severity.lower()}" if severity else "raised a blocker"


def _edited(payload: dict[str, Any]) -> str:
    changed = sorted(payload.get("changes", {}))
    names = ", ".join(FIELDS.get(name, name.replace("_", " ")) for name in changed)
    return f"changed {names} of a blocker" if names else "changed a blocker"


def _level(place: int) -> str:
    return POLICY.levels[place].label.lower().replace("ml lead", "ML lead")


def _escalated(payload: dict[str, Any]) -> str:
    level = payload.get("level")
    return f"escalated a blocker to {_level(level)}" if level else "escalated a blocker"


def _set_back(payload: dict[str, Any]) -> str:
    levels = payload.get("level")
    return f"gave a blocker back to {_level(levels[1])}" if levels else "gave a blocker back"


def _extended(payload: dict[str, Any]) -> str:
    if not (days := payload.get("due_on")):
        return "moved a blocker's deadline"
    before, after = (date.fromisoformat(day) for day in days)
    return f"moved a blocker's deadline from {_day(before)} to {_day(after)}"


def _resolved(payload: dict[str, Any]) -> str:
    resolution = RESOLUTION.get(payload.get("resolution", ""), "")
    return f"resolved a blocker as {resolution.lower()}" if resolution else "resolved a blocker"


def _day(on: date) -> str:
    return f"{on.day} {on:%b} {on.year}"


def _outside(verb: str) -> Callable[[dict[str, Any]], str]:
    return lambda payload: f"{verb} {payload.get('name') or 'somebody outside'} about a blocker"


WRITERS: dict[str, Says] = {
    "blocker.asked_outside": _about(_outside("asked")),
    "blocker.answered_outside": _about(
        lambda payload: f"({payload.get('name') or 'no name given'}) answered about a blocker"
    ),
    "blocker.called_off_outside": _about(_outside("called off the question to")),
    "blocker.raised": _about(_raised),
    "blocker.edited": _about(_edited),
    "blocker.noted": _about(lambda _: "wrote into a blocker's log"),
    "blocker.responded": _about(lambda _: "responded to a blocker"),
    "blocker.escalated": _about(_escalated),
    "blocker.set_back": _about(_set_back),
    "blocker.extended": _about(_extended),
    "blocker.shared": _about(lambda _: "made a blocker one of the portfolio"),
    "blocker.unshared": _about(lambda _: "gave a portfolio blocker back to its project"),
    "blocker.agreed": _about(lambda _: "agreed to accept a blocker"),
    "blocker.resolved": _about(_resolved),
    "blocker.reopened": _about(lambda _: "opened a blocker again"),
}
