"""One slide: its title and the native shapes on it, in points from the upper left corner."""

import math
from collections.abc import Sequence
from itertools import count
from xml.sax.saxutils import escape, quoteattr

from portfolio.reports.prints.texts import printable
from projects.prints.documents import Cell, Number, Table, Tiles, words_of
from projects.prints.drawings import TONES, Circle, Drawing, Label, Path, Rect, Shape

EMU = 12_700  # English metric units in a point
TILE_HEIGHT, TILE_GAP = 74.0, 10.0
# Of a table's row: one line of text with its margins, and each further line. A letter is this wide.
ROW_HEIGHT, LINE_HEIGHT, LETTER, CELL_MARGIN = 22.0, 13.5, 5.6, 8.0
INK, QUIET, AMBER, HEADS = "1B2128", "55606B", "8A5A00", "F1F4F6"
NAMES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
ALIGN = {"start": "l", "middle": "ctr", "end": "r"}
# A label's box: as wide as any text of its size can be, around its anchor.
LABEL_WIDTH = 320.0


class Sheet:
    """Collects the shapes of a slide; each gets a number and a name of its own."""

    def __init__(self, title: str) -> None:
        self._numbers = count(2)
        self._shapes: list[str] = []
        self._add(
            "Title",
            '<p:nvPr><p:ph type="title"/></p:nvPr>',
            f"<p:spPr/>{_body([_paragraph(title)], '<a:bodyPr/>')}",
        )

    def paragraphs(self, lines: Sequence[str], x: float, y: float, width: float, *, size: float = 14) -> None:
        """Lines of running text."""
        height = size * 1.5 * len(lines)
        self._text("Text", [_paragraph(line, size) for line in lines], (x, y, width, height))

    def tiles(self, row: Tiles, x: float, y: float, width: float) -> None:
        """Figures side by side, each with its name above and its comparison below."""
        each = (width - TILE_GAP * (len(row.tiles) - 1)) / max(len(row.tiles), 1)
        for place, tile in enumerate(row.tiles):
            told = [
                _paragraph(tile.label, 11, QUIET),
                _paragraph(tile.value, 20, AMBER if tile.is_raised else INK, is_bold=True),
                _paragraph(tile.note, 11, QUIET),
            ]
            box = (x + place * (each + TILE_GAP), y, each, TILE_HEIGHT)
            self._text(tile.label, told, box, look=_line("C9D0D6"), inset=6)

    def table(self, table: Table, x: float, y: float, width: float) -> None:
        """A native table with its heads."""
        shares = sum(table.widths)
        columns = "".join(f'<a:gridCol w="{_emu(width * share / shares)}"/>' for share in table.widths)
        heads = [_cell(head, is_head=True) for head in table.heads]
        rows = [_row(heads, _row_height(table, table.heads, width))]
        rows += [_row([_cell(cell) for cell in row], _row_height(table, row, width)) for row in table.rows]
        height = table_height(table, width)
        number = next(self._numbers)
        self._shapes.append(
            f"<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id={quoteattr(str(number))} "
            f"name={quoteattr(printable(table.name))}/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>"
            f"<p:xfrm>{_box(x, y, width, height)}</p:xfrm><a:graphic>"
            '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table">'
            f'<a:tbl><a:tblPr firstRow="1"/><a:tblGrid>{columns}</a:tblGrid>{"".join(rows)}</a:tbl>'
            "</a:graphicData></a:graphic></p:graphicFrame>"
        )

    def drawing(self, drawing: Drawing, x: float, y: float, scale: float) -> None:
        """A picture of native shapes in one group that carries its description."""
        number = next(self._numbers)
        before, self._shapes = self._shapes, []
        for shape in drawing.shapes:
            self._shape(shape, x, y, scale)
        inside, self._shapes = "".join(self._shapes), before
        frame = (x, y, drawing.width * scale, drawing.height * scale)
        offset = _box(*frame)
        within = offset.replace("a:off", "a:chOff").replace("a:ext", "a:chExt")
        self._shapes.append(
            f'<p:grpSp><p:nvGrpSpPr><p:cNvPr id="{number}" name="Chart" '
            f"descr={quoteattr(printable(drawing.alt))}/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>"
            f"<p:grpSpPr><a:xfrm>{offset}{within}</a:xfrm></p:grpSpPr>{inside}</p:grpSp>"
        )

    def foot(self, left: str, right: str) -> None:
        """What stands at the foot of every slide."""
        self._text("Foot", [_paragraph(left, 9, QUIET)], (40, 514, 700, 16))
        self._text("Slide number", [_paragraph(right, 9, QUIET, align="r")], (780, 514, 140, 16))

    def xml(self) -> str:
        """The slide."""
        return (
            f'<p:sld {NAMES}><p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/>'
            '</p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/>'
            '<a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
            f"{''.join(self._shapes)}</p:spTree></p:cSld>"
            "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sld>"
        )

    def _shape(self, shape: Shape, x: float, y: float, scale: float) -> None:
        if isinstance(shape, Label):
            self._label(shape, x, y, scale)
            return
        if isinstance(shape, Rect):
            box = (x + shape.x * scale, y + shape.y * scale, shape.width * scale, shape.height * scale)
            form = '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        elif isinstance(shape, Circle):
            left, top, size = shape.x - shape.r, shape.y - shape.r, 2 * shape.r * scale
            box = (x + left * scale, y + top * scale, size, size)
            form = '<a:prstGeom prst="ellipse"><a:avLst/></a:prstGeom>'
        else:
            box, form = _path(shape, x, y, scale)
        fill, line = TONES[shape.tone]
        is_open = isinstance(shape, Path) and not shape.is_closed
        look = form + (_solid(fill) if fill and not is_open else "<a:noFill/>")
        look += _line(line) if line else "<a:ln><a:noFill/></a:ln>"
        properties = f"<p:spPr><a:xfrm>{_box(*box)}</a:xfrm>{look}</p:spPr>"
        self._add(shape.kind, "<p:nvPr/>", properties + _body([_paragraph("")], "<a:bodyPr/>"))

    def _label(self, label: Label, x: float, y: float, scale: float) -> None:
        size = label.size * scale
        left = {"start": 0.0, "middle": -LABEL_WIDTH / 2, "end": -LABEL_WIDTH}[label.anchor]
        box = (x + label.x * scale + left, y + label.y * scale - size, LABEL_WIDTH, size * 1.4)
        colour = (TONES[label.tone][0] or INK).upper()
        told = _paragraph(label.text, size, colour, is_bold=label.is_bold, align=ALIGN[label.anchor])
        self._text(label.text, [told], box)

    def _text(
        self,
        name: str,
        paragraphs: Sequence[str],
        box: tuple[float, float, float, float],
        *,
        look: str = "",
        inset: float = 0,
    ) -> None:
        space = " ".join(f'{side}Ins="{_emu(inset)}"' for side in ("l", "t", "r", "b"))
        form = f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/>{look}'
        properties = f"<p:spPr><a:xfrm>{_box(*box)}</a:xfrm>{form}</p:spPr>"
        self._add(
            name, "<p:nvPr/>", properties + _body(paragraphs, f'<a:bodyPr wrap="square" {space}/>'), "txBox"
        )

    def _add(self, name: str, placeholder: str, rest: str, kind: str = "") -> None:
        number = next(self._numbers)
        box = ' txBox="1"' if kind else ""
        self._shapes.append(
            f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name={quoteattr(printable(name) or "Shape")}/>'
            f"<p:cNvSpPr{box}/>{placeholder}</p:nvSpPr>{rest}</p:sp>"
        )


def table_height(table: Table, width: float) -> float:
    """How high a table will be, in points; generous, as fonts differ."""
    return sum(_row_height(table, row, width) for row in (table.heads, *table.rows))


def _row_height(table: Table, row: Sequence[Cell], width: float) -> float:
    shares = sum(table.widths)
    lines = [
        math.ceil(len(words_of(cell)) * LETTER / (width * share / shares - CELL_MARGIN)) or 1
        for cell, share in zip(row, table.widths, strict=True)
    ]
    return ROW_HEIGHT + LINE_HEIGHT * (max(lines) - 1)


def _emu(points: float) -> int:
    return round(points * EMU)


def _box(x: float, y: float, width: float, height: float) -> str:
    return (
        f'<a:off x="{_emu(x)}" y="{_emu(y)}"/><a:ext cx="{max(_emu(width), 0)}" cy="{max(_emu(height), 0)}"/>'
    )


def _solid(colour: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{colour.upper()}"/></a:solidFill>'


def _line(colour: str) -> str:
    return f'<a:ln w="9525">{_solid(colour)}</a:ln>'


def _path(path: Path, x: float, y: float, scale: float) -> tuple[tuple[float, float, float, float], str]:
    """A free form in a box of its own, counted from the box's corner."""
    left, top = min(px for px, _ in path.points), min(py for _, py in path.points)
    width, height = max(px for px, _ in path.points) - left, max(py for _, py in path.points) - top
    steps = [
        f'<a:{"lnTo" if place else "moveTo"}><a:pt x="{_emu((px - left) * scale)}" '
        f'y="{_emu((py - top) * scale)}"/></a:{"lnTo" if place else "moveTo"}>'
        for place, (px, py) in enumerate(path.points)
    ]
    end = "<a:close/>" if path.is_closed else ""
    size = f'w="{_emu(width * scale)}" h="{_emu(height * scale)}"'
    form = (
        '<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/>'
        f"<a:pathLst><a:path {size}>{''.join(steps)}{end}</a:path></a:pathLst></a:custGeom>"
    )
    return (x + left * scale, y + top * scale, width * scale, height * scale), form


def _body(paragraphs: Sequence[str], properties: str) -> str:
    return f"<p:txBody>{properties}<a:lstStyle/>{''.join(paragraphs)}</p:txBody>"


def _paragraph(
    text: str, size: float = 0, colour: str = "", *, is_bold: bool = False, align: str = "l"
) -> str:
    """A paragraph; without a size it looks as its placeholder does."""
    look = f' sz="{round(size * 100)}"' if size else ""
    look += ' b="1"' if is_bold else ""
    fill = _solid(colour) if colour else ""
    run = f'<a:r><a:rPr lang="en"{look}>{fill}</a:rPr><a:t>{escape(printable(text))}</a:t></a:r>'
    return f'<a:p><a:pPr algn="{align}"/>{run if text else ""}</a:p>'


def _row(cells: Sequence[str], height: float) -> str:
    return f'<a:tr h="{_emu(height)}">{"".join(cells)}</a:tr>'


def _cell(cell: Cell, *, is_head: bool = False) -> str:
    told = _paragraph(
        words_of(cell), 11, INK, is_bold=is_head, align="r" if isinstance(cell, Number) else "l"
    )
    line = f'<a:lnB w="6350">{_solid("C9D0D6")}</a:lnB>'
    none = "".join(f"<a:{side}><a:noFill/></a:{side}>" for side in ("lnL", "lnR", "lnT"))
    fill = _solid(HEADS) if is_head else "<a:noFill/>"
    return (
        f"<a:tc><a:txBody><a:bodyPr/><a:lstStyle/>{told}</a:txBody>"
        f'<a:tcPr marL="50800" marR="50800" marT="38100" marB="38100" anchor="ctr">'
        f"{none}{line}{fill}</a:tcPr>"
        "</a:tc>"
    )
