"""Crowds on the matrix: bubbles that lie together as one, and cells that count what would be too many."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portfolio.insights.charts.boards import Board
from portfolio.insights.charts.labels import Obstacle, text_width
from portfolio.insights.charts.spots import Cell
from portfolio.insights.queries.crowds import COLUMN, ROW

if TYPE_CHECKING:
    from portfolio.insights.charts.matrix import Bubble

# Bubbles whose middles are nearer than this to the first of a cluster join it.
REACH = 26.0
LEAST, MOST = 9.0, 22.0
# Of a cluster's radius with its number; 100 projects fill it.
FULL_AT = 100
# A cell's tone, from one project to the fullest cell, in five steps of one hue.
TONES = 5
# Size of the number in a cell.
NUMBER = 10.0
# A hexagon on its point, in parts of half its width and of half its height.
CORNERS = ((0, -1), (1, -0.5), (1, 0.5), (0, 1), (-1, 0.5), (-1, -0.5))


@dataclass(frozen=True, slots=True)
class Cluster:
    """Bubbles that lie together; the range of values that they span is where its link leads."""

    x: float
    y: float
    r: float
    bubbles: tuple["Bubble", ...]

    @property
    def count(self) -> int:
        return len(self.bubbles)

    @property
    def words(self) -> str:
        names = ", ".join(bubble.spot.name for bubble in self.bubbles[:3])
        more = f" and {self.count - 3} more" if self.count > 3 else ""
        return f"{self.count} projects close together: {names}{more}"

    @property
    def query(self) -> str:
        """What narrows the address to its range of values."""
        across = _range([bubble.spot.x for bubble in self.bubbles])
        up = _range([bubble.spot.y for bubble in self.bubbles])
        return f"x={across[0]:g}-{across[1]:g}&y={up[0]:g}-{up[1]:g}"


@dataclass(frozen=True, slots=True)
class Hexagon:
    """One cell as it is drawn: its outline, its tone from 1 to 5, and its number where it fits."""

    cell: Cell
    path: str
    x: float
    y: float
    tone: int
    text: str

    @property
    def corners(self) -> list[tuple[float, float]]:
        """The outline as points, for what cannot draw a path."""
        pairs = (pair.split() for pair in self.path[1:-1].split("L"))
        return [(float(x), float(y)) for x, y in pairs]


def gathered(bubbles: Sequence["Bubble"]) -> tuple[list["Bubble"], list[Cluster]]:
    """Exceptions by themselves; of the others, those that lie together as one."""
    alone = [bubble for bubble in bubbles if bubble.spot.is_exception]
    groups: list[list[Bubble]] = []
    for bubble in sorted((each for each in bubbles if not each.spot.is_exception), key=lambda each: -each.r):
        near = next((group for group in groups if _apart(group[0], bubble) < REACH), None)
        if near is None:
            groups.append([bubble])
        else:
            near.append(bubble)
    alone += [group[0] for group in groups if len(group) == 1]
    return alone, [_cluster(group) for group in groups if len(group) > 1]


def hexagons(ground: Board, cells: Sequence[Cell]) -> list[Hexagon]:
    """The cells of a crowd; the fullest are the darkest."""
    half, tall = ground.lattice(COLUMN / 2, ROW / 3)
    most = max((cell.count for cell in cells), default=1)
    found = []
    for cell in cells:
        x, y = ground.x(cell.x), ground.y(cell.y)
        outline = "L".join(f"{x + half * across:.1f} {y + tall * down:.1f}" for across, down in CORNERS)
        text = str(cell.count) if text_width(str(cell.count), NUMBER) < 2 * half else ""
        found.append(Hexagon(cell, f"M{outline}Z", round(x, 1), round(y, 1), tone(cell.count, most), text))
    return found


def tone(count: int, most: int) -> int:
    """By the logarithm: most cells of a crowd hold few, and few hold most."""
    if most <= 1:
        return 1
    return 1 + min(TONES - 1, int(TONES * math.log(count) / math.log(most + 1)))


def numbers(found: Sequence[Hexagon]) -> list[Obstacle]:
    """The numbers in cells, which names had better not cover."""
    return [Obstacle(each.x - 8, each.y - 6, 16, 12, 12) for each in found]


def _apart(one: "Bubble", other: "Bubble") -> float:
    return math.hypot(one.x - other.x, one.y - other.y)


def _cluster(group: Sequence["Bubble"]) -> Cluster:
    count = len(group)
    r = min(MOST, max(LEAST + text_width(str(count), 6), MOST * math.sqrt(count / FULL_AT)))
    x, y = sum(each.x for each in group) / count, sum(each.y for each in group) / count
    return Cluster(round(x, 1), round(y, 1), round(r, 1), tuple(group))


def _range(values: Sequence[float]) -> tuple[float, float]:
    """The whole points around values, at least four of them wide, so that what lay together parts."""
    low, high = math.floor(min(values)), math.ceil(max(values))
    spare = max(0, 4 - (high - low))
    return max(0, low - math.ceil(spare / 2)), min(100, high + math.ceil(spare / 2)) if high <= 100 else high
