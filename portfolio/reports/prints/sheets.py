"""A document as a workbook: a sheet for each table, figures as numbers that a spreadsheet calculates with."""

import io
import re

import xlsxwriter

from portfolio.reports.prints.texts import printable
from projects.prints.documents import Document, Number, Table, words_of

# What Excel allows in the name of a sheet.
LONGEST, FORBIDDEN = 31, re.compile(r"[\[\]:*?/\\']")
WIDEST = 60


def write(document: Document) -> bytes:
    """The bytes of the .xlsx; texts are written as texts, whatever they begin with."""
    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(written, options) as book:
        told = {"title": document.title, "subject": document.mark, "author": "Plimsoll"}
        book.set_properties({name: printable(text) for name, text in told.items()})
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        first = book.add_worksheet("About")
        first.set_column(0, 0, WIDEST, wrapped)
        about = (document.title, document.subtitle, document.made, document.mark)
        for row, text in enumerate(about):
            first.write_string(row, 0, printable(text))
        taken = {"about"}
        for section in document.sections:
            for table in (block for block in section.blocks if isinstance(block, Table)):
                _sheet(book, _name(table.name, taken), table, bold)
    return written.getvalue()


def _sheet(book: xlsxwriter.Workbook, name: str, table: Table, bold: object) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for column, head in enumerate(table.heads):
        sheet.write_string(0, column, printable(head), bold)
        sheet.set_column(column, column, min(WIDEST, max(12, len(head) + 2)))
    for place, row in enumerate(table.rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, Number):
                if cell.value is not None:
                    sheet.write_number(place, column, cell.value)
            else:
                sheet.write_string(place, column, printable(words_of(cell)))
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.heads) - 1)


def _name(wanted: str, taken: set[str]) -> str:
    """The name of a sheet that none has yet, without regard to case."""
    base = FORBIDDEN.sub(" ", printable(wanted))[:LONGEST].strip() or "Table"
    name, number = base, 1
    while name.lower() in taken:
        number += 1
        name = f"{base[: LONGEST - 4]} {number}"
    taken.add(name.lower())
    return name
