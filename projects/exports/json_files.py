"""Rows as JSON: a list of objects by header, or an object of such lists where there are several tables."""

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from projects.exports.tables import Table, different


def pieces(tables: Sequence[Table]) -> Iterator[bytes]:
    """The file in pieces; numbers stay numbers, days and moments are texts as in ISO 8601."""
    if len(tables) == 1:
        yield from _list(tables[0])
        yield b"\n"
        return
    for place, table in enumerate(tables):
        yield ("{" if place == 0 else ",\n").encode() + _text(table.name) + b": "
        yield from _list(table)
    yield b"}\n" if tables else b"{}\n"


def _list(table: Table) -> Iterator[bytes]:
    between, headers = b"[", different(table.headers)
    for row in table.rows:
        yield between + _text(dict(zip(headers, map(_value, row), strict=True)))
        between = b",\n"
    yield b"]" if between != b"[" else b"[]"


def _text(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def _value(value: Any) -> Any:
    if isinstance(value, Decimal):
        number = int(value) if value == value.to_integral_value() else float(value)
        # What no reader's number could hold stays a text, digit by digit.
        return number if Decimal(repr(number)) == value else format(value, "f")
    return value.isoformat() if hasattr(value, "isoformat") else value
