"""Rows as a file that spreadsheets open: in UTF-8, with no cell that is calculated."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from typing import Any

from projects.exports.tables import Table

# A spreadsheet takes a text that begins like this for a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def pieces(tables: Sequence[Table]) -> Iterator[bytes]:
    """The file in pieces: the mark that tells spreadsheets it is UTF-8, the headers, the rows.

    Several tables stand one below the other, each row led by the name of its table.
    """
    writer = csv.writer(Passed())
    yield codecs.BOM_UTF8
    for table in tables:
        lead = [cell(table.name)] if len(tables) > 1 else []
        yield writer.writerow([*(["table"] if lead else []), *map(cell, table.headers)])
        for row in table.rows:
            yield writer.writerow([*lead, *map(cell, row)])
        if lead:
            yield writer.writerow([])


def cell(value: Any) -> str:
    """A value as a cell: dates by year, month and day, yes and no, texts that no spreadsheet calculates."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return str(value)
        case str():
            return f"'{value}" if value.startswith(FORMULA) else value
    return value.isoformat() if hasattr(value, "isoformat") else format(value.normalize(), "f")


class Passed:
    """A file for csv.writer that hands each line back instead of keeping it."""

    def write(self, line: str) -> bytes:
        return line.encode()
