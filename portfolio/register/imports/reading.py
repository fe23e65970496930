"""Open a CSV or an XLSX file as columns and rows, streaming."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from portfolio.register.imports import delimited, workbooks
from portfolio.register.imports.tables import Row, Unreadable, header_of, rows_of


@dataclass(frozen=True, slots=True)
class Table:
    """A file that can be read again and again; `form` says how it was understood."""

    path: Path
    form: str
    columns: tuple[str, ...]
    dialect: delimited.Dialect | None = None
    sheet: str = ""

    def rows(self) -> Iterator[Row]:
        """The rows below the header, read anew from the file, one in memory at a time."""
        return rows_of(self._records(), len(self.columns))

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        if self.dialect:
            return delimited.records(self.path, self.dialect)
        return self._fitted(workbooks.records(self.path, self.sheet))

    def _fitted(self, records: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
        # A sheet does not store the empty cells at the end of a row: they are not missing.
        for number, cells in records:
            yield number, cells + [""] * (len(self.columns) - len(cells))


def open_table(path: Path, *, sheet: str = "") -> Table:
    """The table in a file; raises Unreadable with the reason and the fix when there is none."""
    if workbooks.is_workbook(path):
        workbooks.check(path)
        columns = header_of(workbooks.records(path, sheet))
        table = Table(path, "XLSX", columns, sheet=sheet)
    else:
        dialect = delimited.detect(path)
        columns = header_of(delimited.records(path, dialect))
        table = Table(path, _form(dialect), columns, dialect)
    if next(table.rows(), None) is None:
        raise Unreadable("The file has a header but no rows.", "Add the rows below the header.")
    return table


def _form(dialect: delimited.Dialect) -> str:
    encodings = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
    delimiters = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
    return f"CSV, {encodings[dialect.encoding]}, {delimiters[dialect.delimiter]}"
