"""A table read row by row: its columns, its rows, its limits, and why a file is no table."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# Over five times the largest public inventory (3,611 rows) and eight times the widest (62 columns).
MAX_ROWS = 20_000
MAX_COLUMNS = 500
# What one cell of a spreadsheet can hold.
MAX_CELL = 32_767
# Blank lines inside a file cost nothing each, but a sheet may claim a billion of them.
MAX_BLANK_ROWS = 50_000


class Unreadable(Exception):
    """The file is not a table that can be read; says what to do instead."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Row:
    """One row, its cells in the order of the columns; numbered as a spreadsheet does (the header is 1)."""

    number: int
    cells: tuple[str, ...]
    # How many cells the row had less (negative) or more than the header.
    surplus: int = 0


def columns_of(header: list[str]) -> tuple[str, ...]:
    """The headers with whitespace tidied; empty ones are named and repeated ones are numbered."""
    taken: set[str] = set()
    columns = []
    for position, cell in enumerate(header, start=1):
        wanted = " ".join(cell.split()) or f"Column {position}"
        name, count = wanted, 1
        while name.casefold() in taken:
            count += 1
            name = f"{wanted} ({count})"
        taken.add(name.casefold())
        columns.append(name)
    return tuple(columns)


def header_of(records: Iterable[tuple[int, list[str]]]) -> tuple[str, ...]:
    """The first row that says anything, as columns."""
    for _number, cells in _said(records):
        return columns_of(without_blank_end(cells))
    raise Unreadable("The file is empty.", "Choose a file whose first row names the columns.")


def rows_of(records: Iterable[tuple[int, list[str]]], width: int) -> Iterator[Row]:
    """Every row below the header that says anything, fitted to the columns."""
    for count, (number, cells) in enumerate(_said(records)):
        if count > MAX_ROWS:
            raise Unreadable(
                f"The file has more than {MAX_ROWS:,} rows.",
                "Split it and import the parts one after another.",
            )
        if count:
            surplus = max(0, len(without_blank_end(cells)) - width) or min(0, len(cells) - width)
            yield Row(number, tuple(cells[:width] + [""] * (width - len(cells))), surplus)


def without_blank_end(cells: list[str]) -> list[str]:
    """The cells up to the last one that says anything."""
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _said(records: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """The records that are not blank, each checked against the limits."""
    blank = 0
    for number, cells in records:
        if any(cell.strip() for cell in cells):
            _check(number, cells)
            blank = 0
            yield number, cells
            continue
        blank += 1
        if blank > MAX_BLANK_ROWS:
            raise Unreadable(
                f"More than {MAX_BLANK_ROWS:,} empty rows follow each other.",
                "Delete the empty rows and save again.",
            )


def _check(number: int, cells: list[str]) -> None:
    if len(cells) > MAX_COLUMNS:
        raise Unreadable(
            f"Row {number} has more than {MAX_COLUMNS} columns.", "Remove the columns that are not needed."
        )
    for position, cell in enumerate(cells, start=1):
        if len(cell) > MAX_CELL:
            raise Unreadable(
                f"Row {number}, column {position}: a cell has more than {MAX_CELL:,} characters.",
                "Shorten it, or close the quotation mark that begins it.",
            )
        if "\0" in cell:
            raise Unreadable(f"Row {number} holds bytes that are not text.", "Save the table as CSV (UTF-8).")
