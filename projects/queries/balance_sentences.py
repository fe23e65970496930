"""Events of people needed and of links between projects as sentences, whatever they lack."""

from collections.abc import Callable
from datetime import date
from typing import Any

# A link as the history of each of its ends tells it.
BONDS = {"needs": ("needs", "is needed by"), "either_or": ("excludes", "excludes")}


def _demanded(payload: dict[str, Any], _names: object) -> str:
    before, after = payload.get("fte", [None, None])
    kind = payload.get("name", "people")
    if after is None:
        return f"said whom the project needs: no {kind} any more, was {before}"
    times = [
        f" {word} {_day(payload[name])}"
        for word, name in (("from", "from_on"), ("until", "until_on"))
        if payload.get(name)
    ]
    was = f", was {before}" if before not in (None, after) else ""
    return f"said whom the project needs: {after} {kind}{''.join(times)}{was}"


def _linked(ending: str) -> Callable[[dict[str, Any], object], str]:
    def says(payload: dict[str, Any], _names: object) -> str:
        there, back = BONDS.get(payload.get("sort", ""), ("is linked to", "is linked to"))
        if to := payload.get("to"):
            return f"said that the project {ending}{there} {to}"
        return f"said that the project {ending}{back} {payload.get('came_from', 'another')}"

    return says


def _day(text: str) -> str:
    on = date.fromisoformat(text)
    return f"{on.day} {on:%b} {on.year}"


WRITERS: dict[str, Callable[[dict[str, Any], Any], str]] = {
    "demand.stated": _demanded,
    "link.added": _linked(""),
    "link.removed": _linked("no longer "),
}
