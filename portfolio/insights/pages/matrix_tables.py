"""The matrix as a table: the same projects with every number, in the order that the address asks for."""

from collections.abc import Callable
from typing import Any

from portfolio.insights.charts import scenes
from portfolio.insights.queries.matrices import Found
from portfolio.insights.rules.entries import Entry
from portfolio.insights.rules.matrix.readings import SIZES, amount, reading
from projects.rules.quadrants import LABELS

HEALTH = ("off_track", "at_risk", "unknown", "on_track")
PLACES = list(LABELS)
NUMBERS = ("x", "y", "amount")
# Cells that the table of a crowd names; the drawing has them all.
CELLS = 100


def rows(found: Found) -> list[dict[str, Any]]:
    """One row for each project that is drawn; those with unknown values come last, either way round."""
    sort = found.sight.sort
    entries = scenes.listed(found)
    if sort:
        key = _keys(found)[sort.removeprefix("-")]
        known = sorted(
            (each for each in entries if key(each) is not None), key=key, reverse=sort.startswith("-")
        )
        entries = known + [each for each in entries if key(each) is None]
    numbers = {each.key: at for at, each in enumerate(scenes.listed(found), 1)}
    return [_row(found, entry, numbers[entry.key]) for entry in entries]


def heads(found: Found, drawn: scenes.Drawn) -> list[dict[str, Any]]:
    """The heads of the table, each with the address that sorts by it."""
    names = {
        "name": "Project",
        "quadrant": "Quadrant",
        "x": drawn.across.short.removesuffix(" →"),
        "y": drawn.up.short.removesuffix(" →"),
        "amount": SIZES[found.size].capitalize(),
        "health": "Health",
    }
    return [_head(found, name, label) for name, label in names.items()]


def cells(drawn: scenes.Drawn) -> list[dict[str, Any]]:
    """The cells of a crowd as rows, the fullest first."""
    ordered = sorted(drawn.scene.cells, key=lambda cell: (-cell.count, cell.x, cell.y))
    return [{"count": cell.count, "query": cell.query, "words": cell.words} for cell in ordered[:CELLS]]


def _head(found: Found, name: str, label: str) -> dict[str, Any]:
    sort = found.sight.sort
    order = {name: "ascending", f"-{name}": "descending"}.get(sort, "")
    # Numbers are asked for from the highest down, names from the first.
    first = f"-{name}" if name in NUMBERS else name
    other = name if first != name else f"-{name}"
    return {
        "name": name,
        "label": label,
        "order": order,
        "is_number": name in NUMBERS,
        "query": found.sight.query(sort=other if sort == first else first),
    }


def _row(found: Found, entry: Entry, number: int) -> dict[str, Any]:
    size, sight, currency = found.size, found.sight, found.frame.currency
    return {
        "number": number,
        "entry": entry,
        "quadrant": scenes.label(entry),
        "x": scenes.figure_words(sight.across, reading(entry, sight.across), currency),
        "y": scenes.figure_words(sight.up, reading(entry, sight.up), currency),
        "amount_words": scenes.amount_words(size, amount(entry, size), currency),
        "unknown": found.unknown.get(entry.id),
        "query": sight.query(project=entry.key),
    }


def _keys(found: Found) -> dict[str, Callable[[Entry], Any]]:
    sight = found.sight
    return {
        "name": lambda entry: entry.name.casefold(),
        "quadrant": lambda entry: PLACES.index(entry.quadrant) if entry.quadrant else None,
        "x": lambda entry: reading(entry, sight.across),
        "y": lambda entry: reading(entry, sight.up),
        "amount": lambda entry: amount(entry, found.size),
        "health": lambda entry: HEALTH.index(entry.health),
    }
