"""Names beside bubbles: how wide a text is without a browser, and a place for each that touches nothing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

# A label tries eight sides at five distances; further away and less usual costs more.
GAPS = ((4.0, 0.0), (12.0, 6.0), (24.0, 16.0), (40.0, 34.0), (58.0, 60.0))
SIDES = ((0, 0.0), (180, 2.0), (-90, 3.0), (90, 3.0), (-35, 4.0), (35, 4.0), (-145, 5.0), (145, 5.0))
PLACES = len(GAPS) * len(SIDES)
SWEEPS = 12
# Beyond this distance a line leads from the bubble to its name.
LEADS_FROM = 10.0
# Room that a label keeps from what it must not touch.
MARGIN = 2.0
OUTSIDE, ON_BUBBLE, NEARER, ON_LABEL, OVERLAP = 5000.0, 60.0, 40.0, 300.0, 4.0
# An obstacle of this weight or more must not be touched at all; a label that would is left out.
WALL = 250.0
LONGEST = 34


@dataclass(frozen=True, slots=True)
class Thing:
    """A bubble that asks for a name beside it; the lowest rank gives way first where there is no room."""

    x: float
    y: float
    r: float
    text: str
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A box that labels avoid, by how much it costs to touch it."""

    x: float
    y: float
    width: float
    height: float
    cost: float = WALL


@dataclass(frozen=True, slots=True)
class Label:
    """Where a text stands, its box, and the line that leads to it from its bubble."""

    x: float
    y: float
    anchor: str
    box: tuple[float, float, float, float]
    leader: tuple[float, float, float, float] | None


def text_width(text: str, size: float = 12, *, bold: bool = False) -> float:
    """A generous average that holds for Segoe, San Francisco, Inter and Arial, in pixels."""
    width = sum(_width(char) for char in text)
    return width * size * 0.96 * (1.05 if bold else 1)


def shortened(text: str) -> str:
    """A name as it stands beside a bubble; the whole one is in its title."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def placed(
    things: Sequence[Thing],
    frame: tuple[float, float, float, float],
    obstacles: Sequence[Obstacle] = (),
    bubbles: Sequence[tuple[float, float, float]] = (),
    size: float = 12,
) -> list[Label | None]:
    """A place for each name within the frame (left, top, right, bottom); None where there is none left.

    `bubbles`: further circles (x, y, r) that carry no name of their own. The dearest overlaps go first, for a
    few sweeps; a name that still touches something after that is left out rather than drawn over it.
    """
    if not things:
        return []
    places = [_places(thing, size) for thing in things]
    boxes = np.array([[place.box for place in row] for row in places])
    circles = np.array([(each.x, each.y, each.r) for each in things] + list(bubbles))
    fixed, blocked = _fixed(boxes, circles, frame, obstacles)
    fixed += np.array([[place.cost for place in row] for row in places])
    chosen = _swept(boxes, fixed)
    kept = _kept(boxes, blocked, chosen, [thing.rank for thing in things])
    return [
        _label(things[at], places[at][chosen[at]], size) if at in kept else None for at in range(len(things))
    ]


@dataclass(frozen=True, slots=True)
class _Place:
    box: tuple[float, float, float, float]
    anchor: str
    cost: float
    point: tuple[float, float] | None


def _width(char: str) -> float:
    if char in "iljtfrI.,:;|'()[]-– ":
        return 0.3
    if char in "mwMW%@":
        return 0.86
    if east_asian_width(char) in "WF":
        return 1.05
    return 0.7 if char.isupper() else 0.6


def _places(thing: Thing, size: float) -> list[_Place]:
    width, height = text_width(thing.text, size, bold=True), size * 1.2
    found = []
    for gap, dear in GAPS:
        for angle, odd in SIDES:
            cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
            x, y = thing.x + cos * (thing.r + gap), thing.y + sin * (thing.r + gap)
            left, anchor = x - width / 2, "middle"
            if abs(cos) >= 0.3:
                left, anchor = (x, "start") if cos > 0 else (x - width, "end")
            top = y - height / 2
            if abs(sin) >= 0.9:
                top = y - height + 2 if sin < 0 else y - 1
            box = (left, top, width, height)
            found.append(_Place(box, anchor, dear + odd, (x, y) if gap > LEADS_FROM else None))
    return found


def _fixed(
    boxes: Numbers,
    circles: Numbers,
    frame: tuple[float, float, float, float],
    obstacles: Sequence[Obstacle],
) -> tuple[Numbers, npt.NDArray[np.bool_]]:
    """What each place costs whatever the others do, and whether it touches what it must not."""
    left, top = boxes[..., 0], boxes[..., 1]
    right, bottom = left + boxes[..., 2], top + boxes[..., 3]
    outside = (left < frame[0]) | (top < frame[1]) | (right > frame[2]) | (bottom > frame[3])
    cost = np.where(outside, OUTSIDE, 0.0)
    near_x = np.clip(circles[:, 0], left[..., None], right[..., None]) - circles[:, 0]
    near_y = np.clip(circles[:, 1], top[..., None], bottom[..., None]) - circles[:, 1]
    deep = np.maximum(0, circles[:, 2] + MARGIN - np.hypot(near_x, near_y))
    cost += np.where(deep > 0, ON_BUBBLE + NEARER * deep, 0).sum(axis=-1)
    blocked = outside | (deep > 0).any(axis=-1)
    if obstacles:
        walls = np.array([(each.x, each.y, each.width, each.height) for each in obstacles])
        weights = np.array([each.cost for each in obstacles])
        touched = overlaps(boxes[:, :, None], walls) > 0
        cost += (touched * weights).sum(axis=-1)
        blocked |= (touched & (weights >= WALL)).any(axis=-1)
    return cost, blocked


def overlaps(one: Numbers, other: Numbers) -> Numbers:
    """How much boxes (x, y, width, height) overlap, the margin included, in square pixels."""
    wide = np.minimum(one[..., 0] + one[..., 2], other[..., 0] + other[..., 2])
    wide = wide - np.maximum(one[..., 0], other[..., 0]) + MARGIN
    high = np.minimum(one[..., 1] + one[..., 3], other[..., 1] + other[..., 3])
    high = high - np.maximum(one[..., 1], other[..., 1]) + MARGIN
    return np.maximum(0, wide) * np.maximum(0, high)


def _swept(boxes: Numbers, fixed: Numbers) -> list[int]:
    """Which place each takes after a few sweeps, those that cost most first."""
    rows = np.arange(len(boxes))
    chosen = fixed.argmin(axis=1)
    for _ in range(SWEEPS):
        before = chosen.copy()
        for at in np.argsort(-fixed[rows, chosen], kind="stable"):
            hits = overlaps(boxes[at][:, None], boxes[rows, chosen])
            hits[:, at] = 0
            chosen[at] = (fixed[at] + np.where(hits > 0, ON_LABEL + OVERLAP * hits, 0).sum(axis=1)).argmin()
        if (before == chosen).all():
            break
    return [int(each) for each in chosen]


def _kept(
    boxes: Numbers, blocked: npt.NDArray[np.bool_], chosen: Sequence[int], ranks: Sequence[int]
) -> set[int]:
    """Those whose places touch nothing; of two that touch each other the one that ranks higher."""
    kept: list[int] = []
    for at in sorted(range(len(chosen)), key=lambda at: (-ranks[at], at)):
        own = boxes[at, chosen[at]]
        others = boxes[kept, [chosen[each] for each in kept]] if kept else np.empty((0, 4))
        if not blocked[at, chosen[at]] and not (overlaps(own, others) > 0).any():
            kept.append(at)
    return set(kept)


def _label(thing: Thing, place: _Place, size: float) -> Label:
    left, top, width, height = place.box
    x = {"start": left, "end": left + width, "middle": left + width / 2}[place.anchor]
    return Label(x, top + height * 0.78, place.anchor, place.box, place.point and _leader(thing, place.point))


def _leader(thing: Thing, point: tuple[float, float]) -> tuple[float, float, float, float]:
    across, down = point[0] - thing.x, point[1] - thing.y
    far = math.hypot(across, down)
    out, back = (thing.r + 1) / far, 3 / far
    return (
        thing.x + across * out,
        thing.y + down * out,
        point[0] - across * back,
        point[1] - down * back,
    )
