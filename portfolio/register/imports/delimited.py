"""CSV and its relatives: which encoding, which delimiter, and the records one by one."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from portfolio.register.imports.tables import MAX_CELL, Unreadable

DELIMITERS = ",;\t|"
SAMPLE = 64 * 1024
CHUNK = 1024 * 1024
# Control characters that a text file may hold: tab, line ends, form feed.
TEXT_CONTROLS = frozenset(b"\t\n\r\f\v")
# A text may hold a stray control character; one byte in twenty of a sample means that it is no text.
BINARY_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the bytes of a file become records."""

    encoding: str
    delimiter: str


def detect(path: Path) -> Dialect:
    """The encoding and the delimiter of a text file."""
    _refuse_other_formats(path)
    encoding = _encoding(path)
    return Dialect(encoding, _delimiter(path, encoding))


def records(path: Path, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """Every record with its number; a cell may hold line breaks."""
    with _text(path, dialect.encoding) as stream:
        lines = _Lines(stream)
        number = 0
        try:
            for number, cells in enumerate(csv.reader(lines, delimiter=dialect.delimiter), start=1):
                # A record that is still being read when the file ends began a quotation that never closed.
                if lines.have_ended:
                    raise _open_quote(number)
                yield number, cells
        except csv.Error as error:
            raise _open_quote(number + 1) from error


def _open_quote(number: int) -> Unreadable:
    return Unreadable(
        f"Row {number}: a quotation mark is never closed, or a cell has more than {MAX_CELL:,} characters.",
        "Close or remove the quotation mark, and save again.",
    )


class _Lines:
    """The lines of a file, and whether somebody asked for more of them than there are."""

    def __init__(self, stream: io.TextIOBase) -> None:
        self._stream = stream
        self.have_ended = False

    def __iter__(self) -> Iterator[str]:
        yield from self._stream
        self.have_ended = True


def _text(path: Path, encoding: str) -> io.TextIOWrapper:
    # A few bytes mean nothing in Windows-1252: they become the replacement mark, which the report names.
    return open(path, encoding=encoding, errors="replace", newline="")


def _refuse_other_formats(path: Path) -> None:
    with open(path, "rb") as stream:
        head = stream.read(SAMPLE)
    if not head.strip():
        raise Unreadable("The file is empty.", "Choose a file whose first row names the columns.")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(
            "This is an old or a password-protected Excel file.",
            "Save it as XLSX without a password, or as CSV.",
        )
    if head.startswith(b"PK\x03\x04"):
        raise Unreadable("The workbook is damaged or cut off.", "Open it in a spreadsheet and save it again.")
    if head.startswith((b"%PDF", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")):
        raise Unreadable("This is not a table.", "Choose a CSV or an XLSX file.")
    start = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<head", b"<body")):
        raise Unreadable(
            "This is a web page or an XML file, not a table.",
            "Open it in a spreadsheet and save it as CSV or XLSX.",
        )


def _encoding(path: Path) -> str:
    """UTF-16 or UTF-8 by their marks, else UTF-8 if the whole file is valid in it, else Windows-1252."""
    with open(path, "rb") as stream:
        head = stream.read(SAMPLE)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if sum(byte < 32 and byte not in TEXT_CONTROLS for byte in head) > BINARY_SHARE * len(head):
            raise _binary()
        decoder = codecs.getincrementaldecoder("utf-8")()
        valid, chunk = True, head
        while chunk:
            if b"\0" in chunk:
                raise _binary()
            valid = valid and _decodes(decoder, chunk)
            chunk = stream.read(CHUNK)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    return "utf-8" if valid and _decodes(decoder, b"", final=True) else "cp1252"


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _binary() -> Unreadable:
    return Unreadable("The file holds bytes that are not text.", "Choose a CSV or an XLSX file.")


def _delimiter(path: Path, encoding: str) -> str:
    """The delimiter that cuts most of the first rows into as many cells as the header."""
    with _text(path, encoding) as stream:
        sample = stream.read(SAMPLE)
    best, delimiter = (0.0, 1), ","
    for candidate in DELIMITERS:
        widths = _widths(sample, candidate)
        if widths and widths[0] > 1:
            score = (round(widths.count(widths[0]) / len(widths), 1), widths[0])
            if score > best:
                best, delimiter = score, candidate
    return delimiter


def _widths(sample: str, delimiter: str) -> list[int]:
    try:
        found = [
            len(cells) for cells in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if cells
        ]
    except csv.Error:
        return []
    # A sample may end inside a row.
    return found[:-1] if len(sample) == SAMPLE and len(found) > 1 else found
