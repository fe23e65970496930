"""Events of pivots, signals and metric pairs as sentences, whatever they lack."""

from collections.abc import Callable
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


WRITERS: dict[str, Callable[[dict[str, Any], Any], str]] = {
    "project.pivoted": _pivoted,
}
