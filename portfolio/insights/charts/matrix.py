"""The matrix as geometry: bubbles by amount, with glyph, name, trail and what is not known."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from portfolio.insights.charts import boards, crowds, labels
from portfolio.insights.charts.axes import Axis
from portfolio.insights.charts.boards import Board, Size
from portfolio.insights.charts.labels import Label, Obstacle, Thing
from portfolio.insights.charts.spots import Scene, Spot

# Up to so many carry a name; from there on bubbles that lie together become one.
MOST_NAMED = 40
# Bubbles keep their size up to so many, and shrink with the number beyond.
ROOMY = 24
HALO = 5.0
# A bubble of an equal size, and one whose amount nobody knows, against the largest.
EQUAL, NOT_KNOWN = 0.45, 0.2
# Where the sign of a critical gap sits: up and to the right of its bubble, else at another of its corners.
TAG, TAG_AT = 5.0, 0.75
CORNERS = ((1, -1), (-1, -1), (1, 1), (-1, 1))
# Trails shorter than this, in pixels from their first point, say nothing.
STEP = 8.0


@dataclass(frozen=True, slots=True)
class Bubble:
    """One project as it is drawn; `glyph` is the path of its health's sign."""

    spot: Spot
    x: float
    y: float
    r: float
    glyph: str = ""
    label: Label | None = None
    text: str = ""
    tag: tuple[float, float] | None = None

    @property
    def halo(self) -> float:
        return round(self.r + HALO, 1)


@dataclass(frozen=True, slots=True)
class Trail:
    """Where a project came from, month by month."""

    path: str
    dots: tuple[tuple[float, float, float], ...]
    is_selected: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    """One drawing of a scene."""

    scene: Scene
    board: Board
    bubbles: tuple[Bubble, ...]
    trails: tuple[Trail, ...]
    unknowns: tuple[str, ...]
    clusters: tuple[crowds.Cluster, ...] = ()
    hexagons: tuple[crowds.Hexagon, ...] = ()

    @property
    def size(self) -> Size:
        return self.board.size

    @property
    def unnamed(self) -> int:
        """Bubbles beside which there is no room for a name."""
        return sum(bubble.label is None for bubble in self.bubbles)


def draw(scene: Scene, size: Size, across: Axis, up: Axis) -> Matrix:
    """The scene in one size."""
    ground = boards.board(size, across, up, scene.fields, scene.unit)
    shown = [spot for spot in scene.spots if across.holds(spot.x) and up.holds(spot.y)]
    bubbles = [_bubble(scene, ground, spot, len(shown)) for spot in shown]
    clusters: list[crowds.Cluster] = []
    if len(bubbles) > MOST_NAMED:
        bubbles, clusters = crowds.gathered(bubbles)
    bubbles.sort(key=lambda each: (each.spot.is_selected, -each.r))
    bubbles = [replace(each, tag=_tag(each, bubbles)) if each.spot.has_gap else each for each in bubbles]
    trails = _trails(ground, bubbles)
    unknowns = _unknowns(ground, bubbles) if scene.with_unknowns else []
    hexagons = crowds.hexagons(ground, scene.cells)
    if not size.is_compact:
        obstacles = [*ground.obstacles, *_dots(trails), *_bars(unknowns), *crowds.numbers(hexagons)]
        bubbles = _named(ground, bubbles, obstacles, clusters)
    return Matrix(
        scene,
        ground,
        tuple(bubbles),
        tuple(trails),
        tuple(f"M{x:.1f} {y:.1f}H{to:.1f}M{to:.1f} {y - 4:.1f}v8" for x, y, to in unknowns),
        tuple(clusters),
        tuple(hexagons),
    )


def radius(size: Size, amount: float | None, most: float, number: int = 0) -> float:
    """Of a bubble whose area stands for an amount, where the largest amount is `most`."""
    largest = size.most * min(1, math.sqrt(ROOMY / number)) if number else size.most
    if amount is None or most <= 0:
        return max(size.least, NOT_KNOWN * largest)
    return max(size.least, largest * math.sqrt(max(amount, 0) / most))


def _bubble(scene: Scene, ground: Board, spot: Spot, number: int) -> Bubble:
    if scene.size == "equal":
        r = max(ground.size.least, EQUAL * radius(ground.size, 1, 1, number))
    else:
        most = scene.most or max((each.amount or 0 for each in scene.spots), default=0)
        r = radius(ground.size, spot.amount, most, number)
    x, y = ground.x(spot.x), ground.y(spot.y)
    glyph = "" if ground.size.is_compact else _glyph(spot.health, x, y, 4.2 if r > 9 else 3.2)
    return Bubble(spot, round(x, 1), round(y, 1), round(r, 1), glyph)


def _tag(bubble: Bubble, bubbles: Sequence[Bubble]) -> tuple[float, float]:
    """A corner of a bubble that no other covers; up and to the right where all are covered."""
    away = TAG_AT * bubble.r + 1
    places = [(round(bubble.x + x * away, 1), round(bubble.y + y * away, 1)) for x, y in CORNERS]
    others = [other for other in bubbles if other is not bubble]
    free = (
        (x, y)
        for x, y in places
        if all(math.hypot(other.x - x, other.y - y) >= other.r + TAG for other in others)
    )
    return next(free, places[0])


def _glyph(health: str, x: float, y: float, r: float) -> str:
    """The sign of a health: shape as well as colour."""
    if health == "at_risk":
        return f"M{x:.1f} {y - r:.1f}l{r:.1f} {1.75 * r:.1f}h{-2 * r:.1f}z"
    if health == "off_track":
        s = r * 1.1
        return f"M{x:.1f} {y - s:.1f}l{s:.1f} {s:.1f}l{-s:.1f} {s:.1f}l{-s:.1f} {-s:.1f}z"
    return ""


def _trails(ground: Board, bubbles: Sequence[Bubble]) -> list[Trail]:
    found = []
    for bubble in bubbles:
        points = [(round(ground.x(x), 1), round(ground.y(y), 1)) for x, y in bubble.spot.trail]
        if not points:
            continue
        first, is_selected = points[0], bubble.spot.is_selected
        is_short = math.hypot(first[0] - bubble.x, first[1] - bubble.y) < max(STEP, bubble.r)
        if is_short and not is_selected:
            continue
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in [*points, (bubble.x, bubble.y)])
        dots = tuple((x, y, 1.8 + min(0.5 * at, 1.5)) for at, (x, y) in enumerate(points))
        found.append(Trail(path, dots, is_selected))
    return found


def _dots(trails: Sequence[Trail]) -> list[Obstacle]:
    return [Obstacle(x - 3, y - 3, 6, 6, 18) for trail in trails for x, y, _ in trail.dots]


def _unknowns(ground: Board, bubbles: Sequence[Bubble]) -> list[tuple[float, float, float]]:
    """How far left each could move if every open question had a good answer: from x at height y to x."""
    return [
        (bubble.x, bubble.y, ground.x(max(ground.across.low, bubble.spot.x - bubble.spot.unknown)))
        for bubble in bubbles
        if bubble.spot.unknown and bubble.spot.unknown >= 1
    ]


def _bars(unknowns: Sequence[tuple[float, float, float]]) -> list[Obstacle]:
    return [Obstacle(to, y - 4, x - to, 8, 40) for x, y, to in unknowns]


def _named(
    ground: Board, bubbles: list[Bubble], obstacles: Sequence[Obstacle], clusters: Sequence[crowds.Cluster]
) -> list[Bubble]:
    """The bubbles with a name each, as far as there are not too many."""
    order = sorted(bubbles, key=lambda each: -each.spot.rank)
    named, rest = order[:MOST_NAMED], order[MOST_NAMED:]
    things = [_thing(bubble, len(order) - place) for place, bubble in enumerate(named)]
    circles = [(each.x, each.y, each.r) for each in rest]
    circles += [(each.x, each.y, each.r) for each in clusters]
    circles += [(*bubble.tag, TAG) for bubble in bubbles if bubble.tag]
    size = ground.size
    frame = (size.left + 4, size.top + 4, size.x1 - 4, size.y1 - 4)
    found = labels.placed(things, frame, obstacles, circles, size.text)
    beside = {each.spot.key: label for each, label in zip(named, found, strict=True)}
    return [
        replace(bubble, label=beside.get(bubble.spot.key), text=labels.shortened(bubble.spot.name))
        for bubble in bubbles
    ]


def _thing(bubble: Bubble, rank: int) -> Thing:
    r = bubble.halo + 1 if bubble.spot.is_selected else bubble.r
    return Thing(bubble.x, bubble.y, r, labels.shortened(bubble.spot.name), rank)
