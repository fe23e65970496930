"""Places in a message: names and numbers with dots between them, such as builds.0.status.

A name with dots in it stands in brackets: tags[team.project]. In a list of pairs, as GitLab sends its
variables, variables[key=PROJECT].value finds the member by what it says.
"""

import re
from collections.abc import Mapping
from typing import Any

# So much more than any honest message needs.
LONGEST, MOST_STEPS = 200, 12
STEP = re.compile(r"(?:^|\.)([^.\[\]{}]{1,100})|\[([^\[\]{}]{1,100})\]")
SHAPE = re.compile(rf"(?:{STEP.pattern})+")
HOLE = re.compile(r"\{([^{}]{1,200})\}")
SAYS = "Write names with dots between them, such as repository.full_name."


def is_path(text: str) -> bool:
    """Whether this can be the address of a place in a message."""
    return (
        len(text) <= LONGEST
        and text.isprintable()
        and not text.startswith(".")
        and SHAPE.fullmatch(text) is not None
        and len(STEP.findall(text)) <= MOST_STEPS
    )


def found(body: Any, path: str) -> Any:
    """What stands at a place of a message; None where there is nothing."""
    for name, bracketed in STEP.findall(path):
        body = _member(body, name or bracketed, by_pair=bool(bracketed) and "=" in bracketed)
        if body is None:
            return None
    return body


def holes(text: str) -> list[str]:
    """The places that a text names in braces."""
    return HOLE.findall(text)


def filled(text: str, body: Any) -> tuple[str, list[str]]:
    """The text with what stands at its places, and the places where there is nothing that can be said."""
    lacking: list[str] = []

    def said(match: re.Match[str]) -> str:
        value = found(body, match[1])
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            lacking.append(match[1])
            return ""
        return str(value)

    return HOLE.sub(said, text), lacking


def _member(body: Any, step: str, *, by_pair: bool) -> Any:
    if isinstance(body, Mapping):
        return body.get(step)
    if not isinstance(body, list):
        return None
    if by_pair:
        name, _, value = step.partition("=")
        members = (each for each in body if isinstance(each, Mapping))
        return next((each for each in members if str(each.get(name)) == value), None)
    number = int(step) if step.isascii() and step.isdigit() and len(step) < 6 else len(body)
    return body[number] if number < len(body) else None
