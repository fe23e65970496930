"""XLSX: refuse what would harm the reader, then the records of one sheet as text; formulas are never run."""

import datetime as dt
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from portfolio.register.imports.tables import Unreadable, without_blank_end

# A sheet of 20,000 rows and 62 columns takes about 130 MB as XML; a bomb takes gigabytes.
MAX_UNPACKED = 300 * 1024 * 1024
# The shared texts are held in memory.
MAX_SHARED_TEXTS = 100 * 1024 * 1024
MAX_PARTS = 2_000
# The root element of an honest part begins within a few hundred bytes.
PROLOGUE = 4 * 1024


def is_workbook(path: Path) -> bool:
    """Whether the file is packed the way XLSX files are."""
    return zipfile.is_zipfile(path)


def check(path: Path) -> None:
    """Refuse an archive that is no workbook, unpacks to too much, is locked or carries XML entities."""
    with _as_unreadable(), zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        if "xl/workbook.xml" not in archive.namelist():
            raise Unreadable("This archive is not an XLSX workbook.", "Save the table as XLSX or CSV.")
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise Unreadable(
                f"The workbook unpacks to more than {MAX_UNPACKED // 1024**2} MB.",
                "Save only the table, as CSV.",
            )
        for part in parts:
            _check_part(archive, part)


def records(path: Path, sheet: str = "") -> Iterator[tuple[int, list[str]]]:
    """Every row of the first (or the named) sheet, its cells as text."""
    # From a stream: given a path, the reader goes by the ending of its name.
    with _as_unreadable(), open(path, "rb") as stream:
        book = load_workbook(stream, read_only=True, data_only=False, keep_links=False)
        try:
            chosen = _sheet(book, sheet)
            chosen.reset_dimensions()
            rows = chosen.iter_rows(values_only=True)
            for number, cells in enumerate(rows, start=1):
                yield number, without_blank_end([_text(cell) for cell in cells])
        finally:
            book.close()


def _sheet(book: Workbook, name: str) -> Any:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if name and name not in sheets:
        raise Unreadable(f"The workbook has no sheet “{name}”.", f"It has: {', '.join(sheets)}.")
    if not sheets:
        raise Unreadable("The workbook has no sheet with cells.", "Put the table on the first sheet.")
    return sheets[name] if name else next(iter(sheets.values()))


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    if part.flag_bits & 0x1:
        raise Unreadable("The workbook is protected by a password.", "Save it without a password.")
    if part.filename.endswith("sharedStrings.xml") and part.file_size > MAX_SHARED_TEXTS:
        raise Unreadable("The workbook holds too much text.", "Save only the table, as CSV.")
    if not part.filename.endswith((".xml", ".rels")):
        return
    with archive.open(part) as stream:
        head = stream.read(PROLOGUE).removeprefix(b"\xef\xbb\xbf").lstrip()
    # Entities can only be declared before the root element; other encodings could hide them.
    if b"<!DOCTYPE" in head or b"\0" in head or not head.startswith(b"<") or not _has_root(head):
        raise Unreadable(
            "The workbook holds XML that a spreadsheet does not write.", "Save the table as CSV."
        )


def _has_root(head: bytes) -> bool:
    return any(head[at + 1 : at + 2].isalpha() for at in range(len(head)) if head[at : at + 1] == b"<")


@contextmanager
def _as_unreadable() -> Iterator[None]:
    """Whatever a damaged workbook makes its reader stumble over is one clear answer."""
    try:
        yield
    except (Unreadable, GeneratorExit, MemoryError):
        raise
    except Exception as error:  # the reader raises nearly every kind of error on nearly every kind of damage
        raise Unreadable("The workbook is damaged.", "Open it in a spreadsheet and save it again.") from error


def _text(value: Any) -> str:
    """What the cell says; dates as year-month-day, a formula as it is written."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "seconds")
    if isinstance(value, ArrayFormula):
        return str(value.text or "=")
    if isinstance(value, DataTableFormula):
        return "=TABLE()"
    return str(value)
