"""The matrix as plain shapes, from the same geometry as on its page."""

from collections.abc import Iterator

from portfolio.insights.charts.matrix import Bubble, Matrix
from projects.prints.drawings import Circle, Drawing, Label, Path, Rect, Shape

# The ground of the quadrant that a portfolio wants more of is tinted, as on the page.
TINTED = "quick_win"
MIDDLE = 2  # of the five tones of a crowd's cells


def drawing(matrix: Matrix) -> Drawing:
    """Ground, lines, words, bubbles and cells, in the order in which they lie on each other."""
    return Drawing(matrix.size.width, matrix.size.height, list(_shapes(matrix)), _words(matrix))


def _shapes(matrix: Matrix) -> Iterator[Shape]:
    board, size = matrix.board, matrix.size
    for quad in board.quads:
        tone = "ground" if quad.kind == TINTED else "frame"
        yield Rect(quad.x, quad.y, quad.width, quad.height, tone)
    yield Rect(board.frame.x, board.frame.y, board.frame.width, board.frame.height, "frame")
    if board.quads:
        corner = board.quads[0]
        x, y = corner.x + corner.width, corner.y + corner.height
        yield Path([(size.left, y), (size.x1, y)], "line")
        yield Path([(x, size.top), (x, size.y1)], "strong")
    for text in board.texts:
        words = f"{text.words}  {text.then}".strip()
        if text.turn:
            continue  # the title of the axis that stands upright; the caption names it
        is_title = text.kind == "qname"
        tone = "ink" if is_title else "quiet"
        height = size.title if is_title else size.text
        yield Label(text.x, text.y, words, height, tone, text.anchor, is_bold=is_title)
    for cell in matrix.hexagons:
        yield Path(cell.corners, "band_inner" if cell.tone > MIDDLE else "band", is_closed=True)
        if cell.text:
            yield Label(cell.x, cell.y + 4, cell.text, size.text, "ink", "middle")
    for cluster in matrix.clusters:
        yield Circle(cluster.x, cluster.y, cluster.r, "unknown")
        yield Label(cluster.x, cluster.y + 4, str(cluster.count), size.text, "ink", "middle")
    for bubble in matrix.bubbles:
        yield from _bubble(bubble, size.text)


def _bubble(bubble: Bubble, text: float) -> Iterator[Shape]:
    x, y, r = bubble.x, bubble.y, bubble.r
    yield Circle(x, y, r, bubble.spot.health)
    if bubble.spot.health == "at_risk":
        yield Path([(x, y - 4), (x + 4, y + 3), (x - 4, y + 3)], "mark_at_risk", is_closed=True)
    elif bubble.spot.health == "off_track":
        yield Path([(x, y - 4.5), (x + 4.5, y), (x, y + 4.5), (x - 4.5, y)], "mark_off_track", is_closed=True)
    elif bubble.spot.health == "unknown":
        yield Label(x, y + 3.5, "?", 10, "quiet", "middle")
    if bubble.label:
        place = bubble.label
        if place.leader:
            x0, y0, x1, y1 = place.leader
            yield Path([(x0, y0), (x1, y1)], "line")
        yield Label(place.x, place.y, bubble.text, text, "ink", place.anchor)


def _words(matrix: Matrix) -> str:
    return f"{matrix.scene.title}. {matrix.scene.words}".strip()
