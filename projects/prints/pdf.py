"""A document as PDF: A4, its font embedded, every sheet with its key, hash and number."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from projects.prints import documents, pdf_drawings
from projects.prints.documents import Block, Cell, Document, Facts, Link, Number, Section, Tiles, Words
from projects.prints.drawings import Drawing
from projects.prints.letters import BOLD, PLAIN, Letters

MARGIN, HEAD = 18 * mm, 24 * mm
WIDTH = A4[0] - 2 * MARGIN
BLUE = "#0b57a4"
QUIET, RULE, SHADE = colors.HexColor("#55606b"), colors.HexColor("#c9d0d6"), colors.HexColor("#f1f4f6")
BODY = ParagraphStyle("body", fontName=PLAIN, fontSize=9, leading=12, splitLongWords=True)
CELL = ParagraphStyle("cell", BODY, fontSize=8, leading=10)
TITLE = ParagraphStyle("title", BODY, fontName=BOLD, fontSize=16, leading=20)
SUBTITLE = ParagraphStyle("subtitle", BODY, fontSize=10, leading=14, textColor=QUIET)
SECTION = ParagraphStyle("section", BODY, fontName=BOLD, fontSize=12, leading=15, spaceBefore=9)
SMALL = 7.5
FRAME = 6  # points by which ReportLab indents a sheet's content
LEAST = 30 * mm  # a title does not stand alone at the foot of a sheet
PADDING = 3
LOOK = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("BACKGROUND", (0, 0), (-1, 0), SHADE),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
        *((side, (0, 0), (-1, -1), PADDING) for side in ("LEFTPADDING", "RIGHTPADDING")),
        *((side, (0, 0), (-1, -1), 2) for side in ("TOPPADDING", "BOTTOMPADDING")),
    ]
)


def write(document: Document, base_url: str) -> bytes:
    """The bytes of the PDF; links of this site begin with `base_url`."""
    written, letters = BytesIO(), Letters()
    told, plain = _Sheets(letters, base_url), Letters()
    template = SimpleDocTemplate(
        written,
        pagesize=A4,
        leftMargin=MARGIN - FRAME,
        rightMargin=MARGIN - FRAME,
        topMargin=HEAD,
        bottomMargin=HEAD,
        title=plain.readable(document.title),
        subject=plain.readable(document.mark),
        author="Plimsoll",
        creator="Plimsoll",
        lang="en",
    )
    template.build(list(told.flow(document)), canvasmaker=_numbered(document, plain))
    return written.getvalue()


class _Sheets:
    """Turns blocks into what ReportLab flows over the sheets; every text is escaped on its way."""

    def __init__(self, letters: Letters, base_url: str) -> None:
        self.letters = letters
        self.base_url = base_url

    def flow(self, document: Document) -> Iterator[Flowable]:
        yield self._paragraph(document.title, TITLE)
        yield self._paragraph(document.subtitle, SUBTITLE)
        for section in document.sections:
            yield from self._section(section)
        yield Spacer(0, 4 * mm)
        yield self._paragraph(document.made, SUBTITLE)
        if self.letters.lost:
            yield self._paragraph(
                f"{self.letters.lost} characters of scripts that this file's font lacks are shown as ■. "
                "The page of this pack shows them.",
                SUBTITLE,
            )

    def _section(self, section: Section) -> Iterator[Flowable]:
        yield CondPageBreak(LEAST)
        yield self._paragraph(section.title, SECTION)
        if section.headline:
            yield self._paragraph(section.headline, BODY)
            yield Spacer(0, 2 * mm)
        for block in section.blocks:
            yield from self._block(block)
            yield Spacer(0, 2 * mm)

    def _block(self, block: Block) -> Iterator[Flowable]:
        if isinstance(block, Words):
            # A paragraph of many lines goes over the edge of a sheet; each line of it by itself.
            yield from (self._paragraph(line, CELL if block.is_code else BODY) for line in _lines(block.text))
        elif isinstance(block, Facts):
            for name, value in block.rows:
                yield Paragraph(f"<b>{self._words(name)}:</b> {self._cell(value) or 'not known'}", BODY)
        elif isinstance(block, Tiles):
            yield pdf_drawings.tiles(block, WIDTH, self.letters.readable)
        elif isinstance(block, Drawing):
            yield pdf_drawings.picture(block, WIDTH, self.letters.readable)
        else:
            yield self._table(block)

    def _table(self, table: documents.Table) -> Flowable:
        shares = sum(table.widths)
        heads = [Paragraph(f"<b>{self._words(head)}</b>", CELL) for head in table.heads]
        rows = [[Paragraph(self._cell(cell), CELL) for cell in row] for row in table.rows]
        return Table(
            [heads, *rows],
            colWidths=[WIDTH * share / shares for share in table.widths],
            style=LOOK,
            repeatRows=1,
            splitInRow=1,  # a cell may be longer than a sheet
            hAlign="LEFT",
        )

    def _cell(self, cell: Cell) -> str:
        if isinstance(cell, Number):
            return self._words(cell.words)
        if not isinstance(cell, Link):
            return self._words(cell)
        url = self.base_url + cell.url if cell.url.startswith("/") else cell.url
        if not url.startswith(("http://", "https://")):
            return self._words(cell.words)
        return f'<link href={quoteattr(url)} color="{BLUE}">{self._words(cell.words)}</link>'

    def _words(self, text: str) -> str:
        return escape(self.letters.readable(text)).replace("\n", "<br/>")

    def _paragraph(self, text: str, style: ParagraphStyle) -> Paragraph:
        return Paragraph(self._words(text), style)


def _lines(text: str) -> list[str]:
    return text.splitlines() or [""]


def _cut(text: str, width: float) -> str:
    """As much of a line as fits."""
    if stringWidth(text, PLAIN, SMALL) <= width:
        return text
    while text and stringWidth(f"{text}…", PLAIN, SMALL) > width:
        text = text[:-1]
    return f"{text}…"


def _numbered(document: Document, letters: Letters) -> Callable[..., Canvas]:
    """A canvas that writes head and foot at the end, when it knows how many sheets there are."""
    mark = letters.readable(document.mark)
    running = _cut(letters.readable(document.running), WIDTH - stringWidth(mark, PLAIN, SMALL) - 6 * mm)
    made = _cut(letters.readable(document.made), WIDTH - 25 * mm)

    class Numbered(Canvas):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._sheets: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - ReportLab's name
            self._sheets.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, sheet in enumerate(self._sheets, 1):
                self.__dict__.update(sheet)
                self._margins(number)
                super().showPage()
            super().save()

        def _margins(self, number: int) -> None:
            self.setFont(PLAIN, SMALL)
            self.setFillColor(QUIET)
            top, bottom = A4[1] - 14 * mm, 12 * mm
            self.drawString(MARGIN, top, running)
            self.drawRightString(A4[0] - MARGIN, top, mark)
            self.drawString(MARGIN, bottom, made)
            self.drawRightString(A4[0] - MARGIN, bottom, f"Page {number} of {len(self._sheets)}")
            self.setStrokeColor(RULE)
            self.line(MARGIN, top - 2 * mm, A4[0] - MARGIN, top - 2 * mm)

    return Numbered
