"""Observations out of a file: JSON, JSON lines or CSV, as other tools write them."""

import csv
import io
import json
import sys
from pathlib import Path

from plimsoll.errors import Json, WrongUse

FIELDS = ("metric", "value", "environment", "at", "segment", "version", "low", "high", "samples")


def read(place: str) -> list[Json]:
    """The rows of a file, or of the standard input where the place is `-`."""
    try:
        text = sys.stdin.read() if place == "-" else Path(place).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(f"{place} cannot be read: {error}") from error
    start = text.lstrip()[:1]
    rows = _json(text) if start in ("{", "[") else _csv(text)
    if not rows:
        raise WrongUse(f"{'The input' if place == '-' else place} holds no observations.")
    return rows


def _json(text: str) -> list[Json]:
    """A list, an object with `observations`, a single observation, or one on each line."""
    try:
        found = json.loads(text)
    except ValueError:
        found = [_line(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if isinstance(found, dict):
        found = found.get("observations", [found])
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise WrongUse("The file is JSON, but no list of observations.")
    return found


def _line(number: int, line: str) -> Json:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise WrongUse(f"Line {number} is not JSON: {error}") from error
    return found if isinstance(found, dict) else {}


def _csv(text: str) -> list[Json]:
    """The first line names the columns; the server says what is wrong with a value."""
    table = csv.DictReader(io.StringIO(text))
    names = table.fieldnames or []
    if missing := {"metric", "value"} - set(names):
        raise WrongUse(
            f"The first line lacks {' and '.join(sorted(missing))}. Known are {', '.join(FIELDS)}."
        )
    return [{name: _number(name, value) for name, value in row.items() if name and value} for row in table]


def _number(name: str, value: str) -> int | str:
    return int(value) if name == "samples" and value.isdigit() else value
