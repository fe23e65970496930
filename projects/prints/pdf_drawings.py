"""Pictures and rows of figures on a PDF's sheet."""

from collections.abc import Callable

from reportlab.graphics import shapes
from reportlab.lib import colors
from reportlab.pdfbase.pdfmetrics import stringWidth

from projects.prints.documents import Tiles
from projects.prints.drawings import TONES, Circle, Drawing, Label, Path, Rect, Shape
from projects.prints.letters import BOLD, PLAIN

TILE_HEIGHT, TILE_GAP = 46, 6
AMBER = "#8a5a00"


def picture(drawing: Drawing, width: float, readable: Callable[[str], str]) -> shapes.Drawing:
    """A drawing as wide as the sheet at most; ReportLab counts from the lower left corner."""
    scale = min(1.0, width / drawing.width)
    drawn = shapes.Drawing(drawing.width * scale, drawing.height * scale)
    group = shapes.Group(*(_shape(shape, drawing.height, readable) for shape in drawing.shapes))
    group.scale(scale, scale)
    drawn.add(group)
    return drawn


def tiles(row: Tiles, width: float, readable: Callable[[str], str]) -> shapes.Drawing:
    """Figures side by side, each under its name."""
    drawn = shapes.Drawing(width, TILE_HEIGHT)
    each = (width - TILE_GAP * (len(row.tiles) - 1)) / max(len(row.tiles), 1)
    for place, tile in enumerate(row.tiles):
        x = place * (each + TILE_GAP)
        tone = colors.HexColor(AMBER) if tile.is_raised else _colour("ink")
        drawn.add(shapes.Rect(x, 0, each, TILE_HEIGHT, fillColor=None, strokeColor=_colour("frame", 1)))
        lines = (
            (34, tile.label, 7.5, PLAIN, _colour("quiet")),
            (18, tile.value, 13, BOLD, tone),
            (6, tile.note, 7.5, PLAIN, _colour("quiet")),
        )
        for y, text, size, font, colour in lines:
            cut = _cut(readable(text), font, size, each - 12)
            drawn.add(shapes.String(x + 6, y, cut, fontName=font, fontSize=size, fillColor=colour))
    return drawn


def _shape(shape: Shape, height: float, readable: Callable[[str], str]) -> shapes.Shape:
    look = {"fillColor": _colour(shape.tone), "strokeColor": _colour(shape.tone, 1), "strokeWidth": 0.8}
    if isinstance(shape, Rect):
        return shapes.Rect(shape.x, height - shape.y - shape.height, shape.width, shape.height, **look)
    if isinstance(shape, Circle):
        return shapes.Circle(shape.x, height - shape.y, shape.r, **look)
    if isinstance(shape, Path):
        points = [value for x, y in shape.points for value in (x, height - y)]
        return shapes.Polygon(points, **look) if shape.is_closed else shapes.PolyLine(points, **look)
    return _label(shape, height, readable)


def _label(label: Label, height: float, readable: Callable[[str], str]) -> shapes.String:
    return shapes.String(
        label.x,
        height - label.y,
        readable(label.text),
        fontName=BOLD if label.is_bold else PLAIN,
        fontSize=label.size,
        fillColor=_colour(label.tone),
        textAnchor=label.anchor,
    )


def _cut(text: str, font: str, size: float, width: float) -> str:
    """As much of a line as fits."""
    if stringWidth(text, font, size) <= width:
        return text
    while text and stringWidth(f"{text}…", font, size) > width:
        text = text[:-1]
    return f"{text}…"


def _colour(tone: str, place: int = 0) -> colors.Color | None:
    value = TONES[tone][place]
    return None if value is None else colors.HexColor(f"#{value}")
