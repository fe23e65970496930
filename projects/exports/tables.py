"""Rows on their way into a file."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

CHUNK = 500  # rows that are in memory at once


@dataclass(frozen=True, slots=True)
class Table:
    """A named table; a row has a value for each header: text, number, yes or no, day, moment or None."""

    name: str
    headers: Sequence[str]
    rows: Iterable[Sequence[Any]]


def in_chunks(found: Any, dressed: Callable[[list[Any]], Iterable[Any]]) -> Iterator[Any]:
    """The rows of a queryset, each chunk dressed by one call: no list is too long for it."""
    rows = found.iterator(chunk_size=CHUNK)
    while some := list(islice(rows, CHUNK)):
        yield from dressed(some)


def different(names: Sequence[str]) -> list[str]:
    """The same names, numbered where one comes twice: a row is an object by name in JSON."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return found
