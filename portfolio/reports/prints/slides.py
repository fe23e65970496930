"""A document as slides (Office Open XML, ECMA-376): native text, tables and shapes that people can edit.

No maintained library writes this format from Python, so the few parts that a presentation needs are written
here; theme, master and layout are the files in `pptx/`.
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from importlib import resources
from xml.sax.saxutils import escape, quoteattr

from portfolio.reports.prints import slide_shapes
from portfolio.reports.prints.slide_shapes import EMU, Sheet
from portfolio.reports.prints.texts import printable
from projects.prints.documents import Block, Cell, Document, Facts, Section, Table, Tiles, Words, words_of
from projects.prints.drawings import Drawing

PARTS = resources.files("portfolio.reports.prints") / "pptx"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.presentationml"
# The middle of the slide in points: 13.33 by 7.5 inches, less title, margins and foot.
LEFT, TOP, WIDTH, BOTTOM = 40.0, 96.0, 880.0, 506.0
GAP = 10.0
LEAD = 34.0  # room for a line above a table
# A picture may shrink to this part of its size to stay on the slide of its words.
SHRUNK = 0.7
# Word for word what every document of this kind declares.
TYPES = (
    ("/ppt/presentation.xml", f"{KIND}.presentation.main+xml"),
    ("/ppt/slideMasters/slideMaster1.xml", f"{KIND}.slideMaster+xml"),
    ("/ppt/slideLayouts/slideLayout1.xml", f"{KIND}.slideLayout+xml"),
    ("/ppt/theme/theme1.xml", "application/vnd.openxmlformats-officedocument.theme+xml"),
    ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
)


def write(document: Document) -> bytes:
    """The bytes of the .pptx: a slide for the title, and one or more for each section."""
    sheets = [_cover(document)]
    sheets += [sheet for part in document.sections if not part.is_appendix for sheet in _section(part)]
    for number, sheet in enumerate(sheets, 1):
        sheet.foot(f"{document.running} · {document.made}", f"{number} of {len(sheets)}")
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in _parts(document, sheets):
            # A fixed date: the same document gives the same bytes.
            package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _cover(document: Document) -> Sheet:
    sheet = Sheet(document.title)
    sheet.paragraphs([document.subtitle, document.made], LEFT, TOP, WIDTH, size=18)
    return sheet


def _section(section: Section) -> Iterator[Sheet]:
    """Blocks from top to bottom; what does not fit goes on, on a slide with the same title."""
    title = section.headline or section.title
    sheet, y = Sheet(title), TOP
    for block in (part for whole in section.blocks for part in _portions(whole)):
        height = _height(block)
        if isinstance(block, Drawing) and BOTTOM - y >= SHRUNK * height:
            height = min(height, BOTTOM - y)
        if y > TOP and y + height > BOTTOM:
            yield sheet
            sheet, y = Sheet(f"{title}, continued"), TOP
        _put(sheet, block, y, height)
        y += height + GAP
    yield sheet


def _portions(block: Block) -> Iterator[Block]:
    """A long table in parts that fit on a slide, each under its heads; a picture as it is for wide sheets."""
    if isinstance(block, Drawing):
        yield block.wide or block
        return
    if not isinstance(block, Table):
        yield block
        return
    rows: list[Sequence[Cell]] = []
    for row in block.rows:
        part = Table(block.name, block.heads, [*rows, row], block.widths)
        if rows and slide_shapes.table_height(part, WIDTH) > BOTTOM - TOP - LEAD:
            yield Table(block.name, block.heads, rows, block.widths)
            rows = []
        rows.append(row)
    yield Table(block.name, block.heads, rows, block.widths)


def _height(block: Block) -> float:
    """How much of a slide a block takes, in points; generous, as fonts differ."""
    if isinstance(block, Words):
        return 20.0 * (1 + len(block.text) // 115)
    if isinstance(block, Facts):
        return 20.0 * len(block.rows)
    if isinstance(block, Tiles):
        return slide_shapes.TILE_HEIGHT
    if isinstance(block, Drawing):
        return block.height * _scale(block)
    return slide_shapes.table_height(block, WIDTH)


def _scale(drawing: Drawing) -> float:
    return min(WIDTH / drawing.width, (BOTTOM - TOP - GAP) / drawing.height, 1.4)


def _put(sheet: Sheet, block: Block, y: float, height: float) -> None:
    if isinstance(block, Words):
        sheet.paragraphs([block.text], LEFT, y, WIDTH)
    elif isinstance(block, Facts):
        lines = [f"{name}: {words_of(value) or 'not known'}" for name, value in block.rows]
        sheet.paragraphs(lines, LEFT, y, WIDTH)
    elif isinstance(block, Tiles):
        sheet.tiles(block, LEFT, y, WIDTH)
    elif isinstance(block, Drawing):
        sheet.drawing(block, LEFT, y, min(_scale(block), height / block.height))
    else:
        sheet.table(block, LEFT, y, WIDTH)


def _parts(document: Document, sheets: Sequence[Sheet]) -> Iterator[tuple[str, str]]:
    """Every file of the package with its name; the list of types comes first, as readers expect."""
    numbers = range(1, len(sheets) + 1)
    yield "[Content_Types].xml", _types(numbers)
    yield "_rels/.rels", _relations([("officeDocument", "ppt/presentation.xml"), CORE])
    yield "docProps/core.xml", _core(document)
    yield "ppt/presentation.xml", _presentation(numbers)
    of_slides = [("slide", f"slides/slide{number}.xml") for number in numbers]
    yield (
        "ppt/_rels/presentation.xml.rels",
        _relations([("slideMaster", "slideMasters/slideMaster1.xml"), *of_slides]),
    )
    layout, master = ("slideLayout", "../slideLayouts/slideLayout1.xml"), "../slideMasters/slideMaster1.xml"
    yield "ppt/slideMasters/slideMaster1.xml", _kept("master.xml")
    yield (
        "ppt/slideMasters/_rels/slideMaster1.xml.rels",
        _relations([layout, ("theme", "../theme/theme1.xml")]),
    )
    yield "ppt/slideLayouts/slideLayout1.xml", _kept("layout.xml")
    yield "ppt/slideLayouts/_rels/slideLayout1.xml.rels", _relations([("slideMaster", master)])
    yield "ppt/theme/theme1.xml", _kept("theme.xml")
    for number, sheet in zip(numbers, sheets, strict=True):
        yield f"ppt/slides/slide{number}.xml", HEAD + sheet.xml()
        yield f"ppt/slides/_rels/slide{number}.xml.rels", _relations([layout])


CORE = (f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml")


def _kept(name: str) -> str:
    return PARTS.joinpath(name).read_text(encoding="utf-8")


def _types(numbers: range) -> str:
    named = [*TYPES, *((f"/ppt/slides/slide{number}.xml", f"{KIND}.slide+xml") for number in numbers)]
    parts = "".join(
        f"<Override PartName={quoteattr(name)} ContentType={quoteattr(kind)}/>" for name, kind in named
    )
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{parts}</Types>'
    )


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{kind if "://" in kind else f"{OFFICE}/{kind}"}" '
        f'Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{rows}</Relationships>'


def _core(document: Document) -> str:
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(printable(document.title))}</dc:title>"
        f"<dc:subject>{escape(printable(document.mark))}</dc:subject>"
        "<dc:creator>Plimsoll</dc:creator></cp:coreProperties>"
    )


def _presentation(numbers: range) -> str:
    slides = "".join(f'<p:sldId id="{255 + number}" r:id="rId{number + 1}"/>' for number in numbers)
    return (
        f'{HEAD}<p:presentation xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        f'xmlns:r="{OFFICE}" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main">'
        '<p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst>'
        f"<p:sldIdLst>{slides}</p:sldIdLst>"
        f'<p:sldSz cx="{960 * EMU}" cy="{540 * EMU}"/><p:notesSz cx="{540 * EMU}" cy="{720 * EMU}"/>'
        "</p:presentation>"
    )
