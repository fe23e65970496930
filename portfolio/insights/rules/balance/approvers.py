"""Roles that gates ahead need and that one person alone has: what one absence would stop."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

# One project has one approver anyway; from two on, one absence stops several.
LEAST = 2
KEYS = 60  # that are told; `n` counts all


class Person(NamedTuple):
    """Somebody who may sign."""

    id: int
    name: str


class Wanted(NamedTuple):
    """A role that a gate ahead of a project needs, and who has it there."""

    key: str
    role: str
    holders: frozenset[Person]


def alone(wanted: Iterable[Wanted], labels: dict[str, str]) -> list[dict[str, Any]]:
    """The roles that one and the same person has wherever they are needed; the most projects first."""
    keys: dict[str, list[str]] = defaultdict(list)
    people: dict[str, set[Person]] = defaultdict(set)
    for need in wanted:
        if need.holders:  # a role that nobody has is missing, not concentrated
            keys[need.role].append(need.key)
            people[need.role] |= need.holders
    found = [
        {
            "code": role,
            "role": labels[role],
            "name": next(iter(people[role])).name,
            "n": len(keys[role]),
            "keys": keys[role][:KEYS],
        }
        for role in labels
        if len(people[role]) == 1 and len(keys[role]) >= LEAST
    ]
    return sorted(found, key=lambda row: -row["n"])
