"""Who is there as a table from a spreadsheet: a line for each kind of work, a column for each month."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from projects.rules import capacities
from projects.rules.names import fold

MOST_MONTHS = 60  # five years: beyond it nobody knows
LONGEST = 100_000  # characters: a full table has fewer, and no cell of it is longer than csv can read
MONTH = re.compile(r"(\d{4})-(\d{1,2})(?:-\d{1,2})?", re.ASCII)
# The years that a plan can speak of.
YEARS = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class Wrong:
    """One cell that cannot be taken, and the fix."""

    line: int
    column: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Table:
    """What a text says of each kind of work and month, and everything that is wrong with it."""

    supplies: dict[str, dict[date, Decimal]] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)


def read(text: str) -> Table:
    """The table of a text with tabs, semicolons or commas; an empty cell says nothing."""
    table = Table()
    if len(text) > LONGEST:
        table.wrong.append(Wrong(1, "", "This is too long for a table of people.", "Leave out what is not."))
        return table
    found = csv.reader(text.strip("\ufeff").splitlines(), delimiter=_delimiter(text))
    lines = [(number, row) for number, row in enumerate(found, 1) if any(cell.strip() for cell in row)]
    if not lines:
        remedy = "The first line names the months as 2026-11; each other line begins with a kind of work."
        table.wrong.append(Wrong(1, "", "There is no table.", remedy))
        return table
    (number, header), *rows = lines
    months = _months(number, header, table)
    for number, row in rows:
        _read_row(number, row, months, table)
    if not rows:
        table.wrong.append(Wrong(number, "", "There are no kinds of work.", "Add a line for each."))
    if len(table.supplies) > capacities.MOST_CAPABILITIES:
        remedy = f"Use at most {capacities.MOST_CAPABILITIES}."
        table.wrong.append(Wrong(number, "", "There are too many kinds of work.", remedy))
    return table


def month_of(text: str) -> date | None:
    """The first day of a month written as 2026-11 or as one of its days; None if it is none."""
    found = MONTH.fullmatch(text.strip())
    if found is None:
        return None
    year, month = int(found[1]), int(found[2])
    return date(year, month, 1) if year in YEARS and 1 <= month <= 12 else None


def _delimiter(text: str) -> str:
    head = text.lstrip().partition("\n")[0]
    return next((sign for sign in "\t;" if sign in head), ",")


def _months(number: int, header: list[str], table: Table) -> list[date | None]:
    """The month of each column but the first."""
    found: list[date | None] = []
    for cell in header[1 : MOST_MONTHS + 1]:
        month = month_of(cell)
        if month in found and month is not None:
            remedy = "Name each month once."
            table.wrong.append(Wrong(number, cell[:40], "This month comes twice.", remedy))
        elif month is None and cell.strip():
            remedy = "Write the month as 2026-11."
            table.wrong.append(Wrong(number, cell[:40], "This is not a month.", remedy))
        found.append(month)
    if len(header) > MOST_MONTHS + 1:
        remedy = f"Use at most {MOST_MONTHS}."
        table.wrong.append(Wrong(number, header[MOST_MONTHS + 1][:40], "There are too many months.", remedy))
    if not any(found):
        remedy = "The first line names them, from the second column on, as 2026-11."
        table.wrong.append(Wrong(number, "", "No month is named.", remedy))
    return found


def _read_row(number: int, row: list[str], months: list[date | None], table: Table) -> None:
    name = " ".join(row[0].split())
    if name[1:].startswith(("=", "+", "-", "@")):
        name = name.removeprefix("'")  # the mark of our own file, so that no spreadsheet calculates it
    for obstacle in capacities.name_obstacles(name):
        table.wrong.append(Wrong(number, name[:40], obstacle.message, obstacle.remedy))
        return
    if fold(name) in map(fold, table.supplies):
        remedy = "Put both lines into one."
        table.wrong.append(Wrong(number, name[:40], "This kind of work comes twice.", remedy))
        return
    table.supplies[name] = dict(_cells(number, name, row[1:], months, table))


def _cells(
    number: int, name: str, cells: list[str], months: list[date | None], table: Table
) -> Iterator[tuple[date, Decimal]]:
    for place, cell in enumerate(cells):
        if not cell.strip():
            continue
        month = months[place] if place < len(months) else None
        if month is None:
            remedy = "Empty the cell, or name its month in the first line."
            table.wrong.append(Wrong(number, name[:40], f"{cell[:20]} stands under no month.", remedy))
            continue
        fte = _number(cell)
        if fte is None or capacities.supply_obstacles(fte):
            remedy = "Write a number from 0 on with a point, such as 2.5."
            message = f"{cell[:20]} is no number of full-time people."
            table.wrong.append(Wrong(number, f"{month:%Y-%m}", message, remedy))
            continue
        yield month, fte


def _number(cell: str) -> Decimal | None:
    """A number with a point, or with the comma of a spreadsheet that uses one; to the hundredth."""
    try:
        found = Decimal(cell.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return round(found, 2) if found.is_finite() and abs(found) < 10**9 else None
