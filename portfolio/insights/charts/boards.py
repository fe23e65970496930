"""The ground of the matrix: its sizes, scales, quadrants with their names, grid, lines and axis words."""

from collections.abc import Sequence
from dataclasses import dataclass

from portfolio.insights.charts.axes import Axis
from portfolio.insights.charts.labels import WALL, Obstacle, text_width
from portfolio.insights.charts.spots import Field

# Room between a quadrant's words and its edge.
INSET = 12.0
# The plimsoll mark on the load line.
MARK = 8.0


@dataclass(frozen=True, slots=True)
class Size:
    """One of the drawings: pixels of its box, its margins, and of what is written and drawn in it."""

    name: str
    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    band: float  # above 100 and below 0, for the names of the quadrants alone
    pad: float  # between a band and the end of the scale, so that no bubble reaches a name
    text: float
    title: float
    most: float  # radius of the largest bubble
    least: float
    is_compact: bool = False
    is_one_line: bool = False

    @property
    def x1(self) -> float:
        return self.width - self.right

    @property
    def y1(self) -> float:
        return self.height - self.bottom


FULL = Size("full", 860, 712, 46, 14, 14, 44, 53, 15, 12, 15, 26, 5)
COMPACT = Size("compact", 358, 400, 30, 6, 6, 30, 22, 14, 11, 11, 17, 8, is_compact=True)
BIG = Size("big", 1180, 600, 46, 14, 14, 44, 38, 15, 13.5, 18, 27, 6, is_one_line=True)


@dataclass(frozen=True, slots=True)
class Rect:
    """A box with its class."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Text:
    """Words with their class and place; `then` follows on the same line in another voice."""

    kind: str
    x: float
    y: float
    anchor: str
    words: str
    then: str = ""
    is_over: bool = False
    turn: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """The ground of one drawing, and where its scales put a pair of values."""

    size: Size
    across: Axis
    up: Axis
    quads: tuple[Rect, ...]
    grid: tuple[str, ...]
    frame: Rect
    midline: str
    loadline: str
    mark: tuple[float, float] | None
    texts: tuple[Text, ...]
    obstacles: tuple[Obstacle, ...]

    def x(self, value: float) -> float:
        return _x(self.size, self.across, value)

    def y(self, value: float) -> float:
        return _y(self.size, self.up, value)

    def lattice(self, across: float, up: float) -> tuple[float, float]:
        """Parts of both ranges in pixels."""
        wide = self.x(self.across.high) - self.x(self.across.low)
        low, high = _end(self.up, self.up.low), _end(self.up, self.up.high)
        return across * wide, up * (self.y(low) - self.y(high))

    @property
    def plot(self) -> str:
        """Where the ends of both axes lie, and their values: what a script needs to read a place."""
        ends = (self.across.low, self.across.high, self.up.low, self.up.high)
        places = (self.x(ends[0]), self.x(ends[1]), self.y(ends[2]), self.y(ends[3]))
        return " ".join(f"{each:g}" for each in (*places, *ends))


def board(size: Size, across: Axis, up: Axis, fields: Sequence[Field] = (), unit: str = "effort") -> Board:
    """The ground for two axes; quadrants are drawn where both axes have their line in sight."""
    lines = _line(across), _line(up)
    middle = (
        None if lines[0] is None else _x(size, across, lines[0]),
        None if lines[1] is None else _y(size, up, lines[1]),
    )
    quads = _quads(size, middle) if fields else ()
    names = [text for quad in quads for text in _names(size, quad, fields, unit)]
    marked = (middle[0], size.y1 - 1) if middle[0] is not None and not size.is_compact else None
    return Board(
        size=size,
        across=across,
        up=up,
        quads=quads,
        grid=tuple(_grid(size, across, up)),
        frame=Rect("frame", size.left, size.top, size.x1 - size.left, size.y1 - size.top),
        midline="" if middle[1] is None else f"M{size.left:g} {middle[1]:.1f}H{size.x1:g}",
        loadline="" if middle[0] is None else f"M{middle[0]:.1f} {size.top:g}V{size.y1:g}",
        mark=marked,
        texts=(*names, *_ticks(size, across, up), *_titles(size, across, up, middle[0])),
        obstacles=(*_walls(size, names), *_lines(size, middle, marked)),
    )


def _line(axis: Axis) -> float | None:
    return axis.line if axis.line is not None and axis.holds(axis.line) else None


def _x(size: Size, axis: Axis, value: float) -> float:
    return size.left + size.pad + axis.at(value) * (size.x1 - size.left - 2 * size.pad)


def _y(size: Size, axis: Axis, value: float) -> float:
    edge = size.band + size.pad
    return size.y1 - edge - axis.at(value) * (size.y1 - size.top - 2 * edge)


def _quads(size: Size, middle: tuple[float | None, float | None]) -> tuple[Rect, ...]:
    x, y = middle
    if x is None or y is None:
        return ()
    left, top, right, bottom = size.left, size.top, size.x1, size.y1
    return (
        Rect("quick_win", left, top, x - left, y - top),
        Rect("big_bet", x, top, right - x, y - top),
        Rect("fill_in", left, y, x - left, bottom - y),
        Rect("reconsider", x, y, right - x, bottom - y),
    )


def _names(size: Size, quad: Rect, fields: Sequence[Field], unit: str) -> list[Text]:
    """The name of a quadrant and its numbers, as many of them as fit into its width."""
    field = next(each for each in fields if each.code == quad.kind)
    at_left, at_top = quad.kind in ("quick_win", "fill_in"), quad.kind in ("quick_win", "big_bet")
    x = quad.x + INSET if at_left else quad.x + quad.width - INSET
    anchor = "start" if at_left else "end"
    title = text_width(field.name, size.title, bold=True)
    room = quad.width - 2 * INSET
    if size.is_compact:
        y = size.top + INSET + size.title * 0.8 if at_top else size.y1 - INSET
        return [Text("qname", x, y, anchor, field.name if title <= room else "")]
    if size.is_one_line:
        room -= title + INSET
        y = size.top + size.band - INSET if at_top else size.y1 - INSET
        said = _fitting(field, unit, room, size.text)
        return [Text("qname", x, y, anchor, field.name, said, field.is_over)]
    low = size.top + INSET + size.title * 0.8 if at_top else size.y1 - INSET - size.text * 1.4
    said = _fitting(field, unit, room, size.text)
    return [
        Text("qname", x, low, anchor, field.name if title <= room else ""),
        Text("qsub", x, low + size.text * 1.45, anchor, said, is_over=field.is_over),
    ]


def _fitting(field: Field, unit: str, room: float, size: float) -> str:
    for words in (field.words(unit), field.share_words(unit), field.short_words()):
        if text_width(words, size, bold=True) <= room:
            return words
    return ""


def _walls(size: Size, names: Sequence[Text]) -> list[Obstacle]:
    """The boxes of the quadrants' words, which nothing may touch."""
    found = []
    for text in names:
        tall = size.title if text.kind == "qname" else size.text
        wide = text_width(text.words, tall, bold=True)
        if text.then:
            wide += INSET + text_width(text.then, size.text, bold=True)
        left = text.x if text.anchor == "start" else text.x - wide
        if text.words:
            found.append(Obstacle(left - 4, text.y - tall, wide + 8, tall * 1.35, 700))
    return found


def _lines(
    size: Size, middle: tuple[float | None, float | None], mark: tuple[float, float] | None
) -> list[Obstacle]:
    found = []
    if middle[0] is not None:
        found.append(Obstacle(middle[0] - 3, size.top, 6, size.y1 - size.top, 26))
    if middle[1] is not None:
        found.append(Obstacle(size.left, middle[1] - 1, size.x1 - size.left, 2, 14))
    if mark:
        found.append(Obstacle(mark[0] - 2 * MARK, mark[1] - 11, 4 * MARK, 20, WALL))
    return found


def _grid(size: Size, across: Axis, up: Axis) -> list[str]:
    top, bottom = _y(size, up, _end(up, up.high)), _y(size, up, _end(up, up.low))
    columns = [_x(size, across, value) for value, _ in across.ticks()]
    rows = [_y(size, up, value) for value, _ in up.ticks()] + ([top, bottom] if not up.is_money else [])
    return [f"M{x:.1f} {top:.1f}V{bottom:.1f}" for x in columns] + [
        f"M{size.left:g} {y:.1f}H{size.x1:g}" for y in rows
    ]


def _end(axis: Axis, place: float) -> float:
    return 10**place if axis.is_money else place


def _ticks(size: Size, across: Axis, up: Axis) -> list[Text]:
    few = size.is_compact
    return [
        *(
            Text("tick", _x(size, across, value), size.y1 + 16, "middle", words)
            for value, words in across.ticks(few=few)
        ),
        *(
            Text("tick", size.left - (5 if few else 8), _y(size, up, value) + 4, "end", words)
            for value, words in up.ticks(few=few)
        ),
    ]


def _titles(size: Size, across: Axis, up: Axis, line: float | None) -> list[Text]:
    """What the axes are called; the load line names its own value."""
    if size.is_compact:
        turn = f"rotate(-90 10 {(size.top + size.y1) / 2:g})"
        return [
            Text("axis", (size.left + size.x1) / 2, size.height - 4, "middle", across.short),
            Text("axis", 10, (size.top + size.y1) / 2, "middle", up.short, turn=turn),
        ]
    low = size.height - 8
    left = 10 if up.is_money else 14  # amounts are wider than points
    found = [Text("axis", left, size.top, "end", up.title, turn=f"rotate(-90 {left} {size.top:g})")]
    wide = text_width(across.title, size.text)
    is_late = line is not None and line > size.x1 - wide - 60
    found.append(
        Text("axis", size.left if is_late else size.x1, low, "start" if is_late else "end", across.title)
    )
    if line is not None:
        found.append(Text("axis", line, low, "middle", f"Load line, {across.line:g}"))
    return found
