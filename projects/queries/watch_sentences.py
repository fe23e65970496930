"""Events of pivots, signals and metric pairs as sentences, whatever they lack."""

from collections.abc import Callable
from datetime import date
from typing import Any

GOALS = {"objective": "ML objective", "metric_name": "business metric"}
# The entry of the edit beside it opens the whole text.
SHORT = 60


def _pivoted(payload: dict[str, Any], _names: object) -> str:
    told = [
        f"{GOALS.get(name, name)} from “{_short(before)}” to {f'“{_short(after)}”' if after else 'nothing'}"
        for name, (before, after) in sorted(payload.get("changes", {}).items())
    ]
    return f"changed what the project is for{': ' if told else ''}{', '.join(told)}"


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[: SHORT - 1].rstrip()}…"


def _signal(payload: dict[str, Any], _names: object) -> str:
    name = payload.get("signal", "a signal")
    before, after = payload.get("every_days", [None, None])
    if payload.get("is_new", True):
        return f"declared the signal {name}{_period(after, ', every ')}"
    now, was = _period(after) or "nobody knows", _period(before) or "not known"
    return f"changed how often the signal {name} comes: {now}, was {was}"


def _period(days: int | None, before: str = "every ") -> str:
    if days is None:
        return ""
    return f"{before}day" if days == 1 else f"{before}{days} days"


def _returned(payload: dict[str, Any], _names: object) -> str:
    since = payload.get("silent_since")
    silence = f", silent since {_day(since)}" if since else ""
    return f"saw the signal {payload.get('signal', '')} again{silence}"


def _pair(payload: dict[str, Any], _names: object) -> str:
    said = payload.get("said", {})
    sides = f": {said['offline']} offline and {said['online']} online" if said else ""
    verb = "changed" if payload.get("before") else "declared"
    return f"{verb} the metric pair {payload.get('pair', '')}{sides}"


def _removed(noun: str, member: str) -> Callable[[dict[str, Any], object], str]:
    return lambda payload, _names: f"removed the {noun} {payload.get(member, '')}".rstrip()


def _day(text: str) -> str:
    on = date.fromisoformat(text)
    return f"{on.day} {on:%b} {on.year}"


WRITERS: dict[str, Callable[[dict[str, Any], Any], str]] = {
    "project.pivoted": _pivoted,
    "signal.declared": _signal,
    "signal.removed": _removed("signal", "signal"),
    "signal.returned": _returned,
    "metric_pair.declared": _pair,
    "metric_pair.removed": _removed("metric pair", "pair"),
}
