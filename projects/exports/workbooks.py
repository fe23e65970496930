"""Rows as a workbook (.xlsx) that is sent while they are read.

Written here and not by a library, as those first build the whole file on disk: a list of 100,000 would
keep its reader waiting for minutes. Texts stand in the cells as texts, so that none is ever calculated.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from django.utils import timezone

from projects.exports.archives import Passed
from projects.exports.tables import Table

MOST_ROWS = 1_048_575  # what a sheet holds below its headers
MOST_CHARACTERS = 32_767  # what a cell holds
BLOCK = 64 * 1024
DAY_ZERO = datetime(1899, 12, 30, tzinfo=UTC)  # of spreadsheets
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Readers take this for a character by its number; the mark before it is escaped so that it stays as it is.
NUMBERED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PLAIN, BOLD, DAY, MOMENT = range(4)
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="2">'
    '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf xfId="0"/>'
    '<xf xfId="0" fontId="1" applyFont="1"/><xf xfId="0" numFmtId="164" applyNumberFormat="1"/>'
    '<xf xfId="0" numFmtId="165" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def pieces(tables: Sequence[Table]) -> Iterator[bytes]:
    """The file in pieces, a sheet for each table."""
    passed = Passed()
    with zipfile.ZipFile(passed, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for name, text in _frame(tables):
            archive.writestr(name, text)
        for place, table in enumerate(tables, 1):
            with archive.open(f"xl/worksheets/sheet{place}.xml", "w") as sheet:
                for line in _lines(table):
                    sheet.write(line.encode())
                    if passed.size > BLOCK:
                        yield passed.taken()
    yield passed.taken()


def _frame(tables: Sequence[Table]) -> Iterable[tuple[str, str]]:
    """The parts of the file that say which sheets there are."""
    count = range(1, len(tables) + 1)
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{TYPE}.worksheet+xml"/>'
        for n in count
    )
    types = (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>{parts}</Types>'
    )
    yield "[Content_Types].xml", types
    book = f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    yield "_rels/.rels", _relations(book)
    sheets = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(_names(tables), 1)
    )
    yield (
        "xl/workbook.xml",
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>',
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in count
    )
    styles = f'<Relationship Id="rId0" Type="{OFFICE}/styles" Target="styles.xml"/>'
    yield "xl/_rels/workbook.xml.rels", _relations(styles + links)
    yield "xl/styles.xml", STYLES


def _relations(inside: str) -> str:
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def _names(tables: Sequence[Table]) -> Iterator[str]:
    """Names that sheets may have: 31 characters, none twice in any letter case."""
    taken: set[str] = set()
    for place, table in enumerate(tables, 1):
        name = NOT_IN_A_NAME.sub(" ", _clean(table.name)).replace('"', " ").strip()[:27] or "Sheet"
        if name.casefold() in taken:
            name = f"{name[:27]} {place}"
        taken.add(name.casefold())
        yield name


def _lines(table: Table) -> Iterator[str]:
    yield (
        f'{HEAD}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews><sheetData>'
    )
    yield f"<row>{''.join(_words(header, BOLD) for header in table.headers)}</row>"
    for place, row in enumerate(table.rows, 1):
        if place == MOST_ROWS:
            yield f"<row>{_words('A sheet holds no more rows. Take the list out as CSV.', BOLD)}</row>"
            break
        yield f"<row>{''.join(map(_cell, row))}</row>"
    yield "</sheetData></worksheet>"


def _cell(value: Any) -> str:
    match value:
        case None | "":
            return "<c/>"
        case bool():
            return f'<c t="b"><v>{int(value)}</v></c>'
        case int() | float() | Decimal():
            return f"<c><v>{value}</v></c>"
        case datetime():
            local = timezone.localtime(value) if timezone.is_aware(value) else value
            return f'<c s="{MOMENT}"><v>{_days(local.replace(tzinfo=UTC))}</v></c>'
        case date():
            midnight = datetime(value.year, value.month, value.day, tzinfo=UTC)
            return f'<c s="{DAY}"><v>{_days(midnight):.0f}</v></c>'
    return _words(str(value), PLAIN)


def _days(moment: datetime) -> float:
    return (moment - DAY_ZERO).total_seconds() / 86_400


def _words(text: str, style: int) -> str:
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{escape(_clean(text))}</t></is></c>'


def _clean(text: str) -> str:
    return NUMBERED.sub("_x005F_", NOT_XML.sub("", text[:MOST_CHARACTERS]))
