"""Cells that gates and balances look at: people affected and at work, chances, currencies."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from portfolio.register.imports.findings import REFUSED, Finding
from portfolio.register.imports.profiles import Field
from projects.rules import economics
from projects.rules.gate_inputs import MOST_FTE, MOST_PEOPLE
from projects.rules.names import fold

Converted = tuple[Any, list[Finding]]


def count(cell: str, field: Field, empty_words: frozenset[str]) -> Converted:
    """A number of people; a spreadsheet's 1200.0 is 1200."""
    found = _number(cell, empty_words)
    if found is None:
        return None, []
    if found.is_finite() and 0 <= found <= MOST_PEOPLE and found == found.to_integral_value():
        return int(found), []
    remedy = f"Write a whole number from 0 to {MOST_PEOPLE:,}, without separators: 12000."
    return None, [Finding("not_a_count", "Is not a number of people.", remedy, REFUSED)]


def fte(cell: str, field: Field, empty_words: frozenset[str]) -> Converted:
    """Full-time people, to the hundredth."""
    found = _number(cell, empty_words)
    if found is None:
        return None, []
    if found.is_finite() and 0 <= found <= MOST_FTE:
        return format(found.quantize(Decimal("0.01")).normalize(), "f"), []
    remedy = f"Write a number from 0 to {MOST_FTE:,} with a point: 2.5."
    return None, [Finding("not_a_count", "Is not a number of full-time people.", remedy, REFUSED)]


def percent(cell: str, field: Field, empty_words: frozenset[str]) -> Converted:
    """A whole number of percent, with or without its sign."""
    found = _number(cell.strip().removesuffix("%"), empty_words)
    if found is None:
        return None, []
    if found.is_finite() and 0 <= found <= economics.MOST_CHANCE and found == found.to_integral_value():
        return int(found), []
    remedy = "Write a whole number of percent from 0 to 100: 80."
    return None, [Finding("not_a_percentage", "Is not a percentage.", remedy, REFUSED)]


def currency(cell: str, field: Field, empty_words: frozenset[str]) -> Converted:
    """The code of a currency, in any letter case."""
    code = cell.strip().upper()
    if not code or fold(cell) in empty_words:
        return "", []
    if economics.is_currency(code):
        return code, []
    remedy = "Write the three letters of a currency, such as USD."
    return None, [Finding("not_a_currency", "Is not the code of a currency.", remedy, REFUSED)]


def _number(cell: str, empty_words: frozenset[str]) -> Decimal | None:
    """The number of a cell, NaN when it is none; None when the cell says nothing."""
    text = cell.strip()
    if not text or fold(text) in empty_words:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")


KINDS: dict[str, Callable[[str, Field, frozenset[str]], Converted]] = {
    "count": count,
    "fte": fte,
    "percent": percent,
    "currency": currency,
}
