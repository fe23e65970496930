"""Rows as a file that spreadsheets open: in UTF-8, with no cell that is calculated."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.http import StreamingHttpResponse

# A spreadsheet takes a text that begins like this for a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_file(name: str, day: date, headers: Sequence[str], rows: Iterator[list[Any]]) -> StreamingHttpResponse:
    """Rows as a CSV file of this name and day, sent while they are read."""
    return StreamingHttpResponse(
        _lines(headers, rows),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}-{day.isoformat()}.csv"',
            "Cache-Control": "no-store, private",
        },
    )


def _lines(headers: Sequence[str], rows: Iterator[list[Any]]) -> Iterator[bytes]:
    """The file in pieces: the mark that tells spreadsheets it is UTF-8, the headers, the rows."""
    writer = csv.writer(Passed())
    yield codecs.BOM_UTF8 + writer.writerow(headers)
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def cell(value: Any) -> str:
    """A value as a cell: dates by year, month and day, yes and no, texts that no spreadsheet calculates."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int():
            return str(value)
        case str():
            return f"'{value}" if value.startswith(FORMULA) else value
    return value.isoformat() if hasattr(value, "isoformat") else format(value.normalize(), "f")


class Passed:
    """A file for csv.writer that hands each line back instead of keeping it."""

    def write(self, line: str) -> bytes:
        return line.encode()
