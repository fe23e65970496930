"""Rows as a workbook (.xlsx). Texts stand in the cells as texts, so that none is ever calculated."""

import re
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils import timezone

from projects.exports.tables import Table

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_575  # what a sheet holds below its headers
MOST_CHARACTERS = 32_767  # what a cell holds
BLOCK = 64 * 1024
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")
# A row at a time is in memory; the sheets wait on disk until the last one is there.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": True,
}


def pieces(tables: Sequence[Table]) -> Iterator[bytes]:
    """The file in pieces, a sheet for each table; the first one comes when all rows were read."""
    with tempfile.TemporaryFile() as file:
        with xlsxwriter.Workbook(file, OPTIONS) as book:
            _write(book, tables)
        file.seek(0)
        while some := file.read(BLOCK):
            yield some


def _write(book: xlsxwriter.Workbook, tables: Sequence[Table]) -> None:
    bold = book.add_format({"bold": True})
    formats: dict[type, Any] = {
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    }
    for name, table in zip(_names(tables), tables, strict=True):
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for column, header in enumerate(table.headers):
            sheet.write_string(0, column, _clean(header), bold)
        for place, row in enumerate(table.rows, 1):
            if place == MOST_ROWS:
                sheet.write_string(place, 0, "A sheet holds no more rows. Take the list out as CSV.", bold)
                break
            for column, value in enumerate(row):
                _cell(sheet, place, column, value, formats)


def _cell(sheet: Any, row: int, column: int, value: Any, formats: dict[type, Any]) -> None:
    match value:
        case None | "":
            return
        case bool():
            sheet.write_boolean(row, column, value)
        case int() | float() | Decimal():
            sheet.write_number(row, column, value)
        case datetime():
            local = timezone.localtime(value) if timezone.is_aware(value) else value
            sheet.write_datetime(row, column, local.replace(tzinfo=None), formats[datetime])
        case date():
            sheet.write_datetime(row, column, value, formats[date])
        case _:
            sheet.write_string(row, column, _clean(str(value)))


def _names(tables: Sequence[Table]) -> Iterator[str]:
    """Names that sheets may have: 31 characters, none twice in any letter case."""
    taken: set[str] = set()
    for place, table in enumerate(tables, 1):
        name = NOT_IN_A_NAME.sub(" ", _clean(table.name)).replace('"', " ").strip()[:27] or "Sheet"
        if name.casefold() in taken:
            name = f"{name[:27]} {place}"
        taken.add(name.casefold())
        yield name


def _clean(text: str) -> str:
    return NOT_XML.sub("", text[:MOST_CHARACTERS])
