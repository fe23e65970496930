"""A document's tables one below the other in a CSV file, each row led by the name of its table."""

import codecs
import csv
import io

from projects.exports import csv_files
from projects.prints.documents import Cell, Document, Number, Table, words_of


def write(document: Document) -> bytes:
    """The bytes of the .csv."""
    written = io.StringIO()
    writer = csv.writer(written)
    for section in document.sections:
        for table in (block for block in section.blocks if isinstance(block, Table)):
            writer.writerow(["table", *table.heads])
            writer.writerows([table.name, *map(_cell, row)] for row in table.rows)
            writer.writerow([])
    return codecs.BOM_UTF8 + written.getvalue().encode()


def _cell(cell: Cell) -> str:
    if isinstance(cell, Number):
        return "" if cell.value is None else repr(cell.value)
    return csv_files.cell(words_of(cell))
