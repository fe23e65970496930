"""From what a look found to what is drawn: spots with their words, cells with their ranges, the two axes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from portfolio.insights.charts import axes, boards, matrix, spots
from portfolio.insights.charts.axes import Axis
from portfolio.insights.charts.spots import Cell, Field, Load, Scene, Spot
from portfolio.insights.charts.words import money
from portfolio.insights.charts.words import number as figure
from portfolio.insights.queries.crowds import COLUMN, ROW, Counted
from portfolio.insights.queries.matrices import Found
from portfolio.insights.rules.balance import mixes
from portfolio.insights.rules.entries import Entry
from portfolio.insights.rules.matrix import sentences as matrix_sentences
from portfolio.insights.rules.matrix.readings import IMPACT, PROBABILITY, RISK, SIZES, VALUE, amount, reading
from projects.models import Health
from projects.rules import quadrants

# Amounts that the legend shows beside each other, as parts of the largest.
LEGEND = (1 / 12, 1 / 3)
SHORT = {RISK: "risk", IMPACT: "impact", PROBABILITY: "chance", VALUE: "value"}


class _Place(NamedTuple):
    """An entry where it stands, and its number in the lists."""

    entry: Entry
    x: float
    y: float
    number: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """One look, ready to be drawn in any size."""

    scene: Scene
    across: Axis
    up: Axis
    unplaced: tuple[Entry, ...]  # nothing is known of one of the axes

    def draw(self, size: boards.Size) -> matrix.Matrix:
        return matrix.draw(self.scene, size, self.across, self.up)


def drawn(found: Found, pitfalls: Mapping[str, str]) -> Drawn:
    """What a look shows, with both axes."""
    sight = found.sight
    across = axes.across(sight.across, found.frame, pitfalls)
    up = axes.up(sight.up, found.frame, found.powers)
    if sight.x:
        across = across.narrowed(*map(float, sight.x))
    if sight.y:
        up = up.narrowed(*map(float, sight.y))
    placed, unplaced = [], []
    for number, entry in enumerate(listed(found), 1):
        x, y = reading(entry, sight.across), reading(entry, sight.up)
        if x is None or y is None:
            unplaced.append(entry)
        elif across.holds(x) and up.holds(y):
            placed.append(_Place(entry, x, y, number))
    shown = tuple(_spot(found, place, pitfalls) for place in placed)
    has_fields = sight.is_plain and not sight.is_zoomed
    scene = Scene(
        title=_title(found, across, up),
        words=_words(found),
        spots=shown,
        cells=tuple(_cell(found, each, across, up) for each in found.cells),
        fields=fields(found) if has_fields else (),
        load=load(found),
        unit=SIZES[found.size],
        size=found.size,
        with_unknowns=sight.has_unknowns and sight.across == RISK,
        most=max((amount(entry, found.size) or 0 for entry in found.entries), default=0),
    )
    return Drawn(scene, across, up, tuple(unplaced))


def fields(found: Found) -> tuple[Field, ...]:
    """The quadrants in numbers; what work was planned to be is no plan for value."""
    totals = found.totals
    known = totals.amounts[found.size] if totals.known[found.size] else None
    target = None if found.size == "value" else mixes.target(found.frame.target)
    return spots.fields(totals.counts, known, target)


def load(found: Found) -> Load:
    """The share at or above the load line; of value, nothing was ever limited."""
    size = "equal" if found.size == "value" else found.size
    share = found.totals.load(size)
    return Load(share, found.frame.limit / 100, found.frame.risk_line, SIZES[size])


def headline(found: Found) -> str:
    """What the matrix shows, in one sentence."""
    told, carried = fields(found), load(found)
    return matrix_sentences.headline(
        {field.code: (field.count, field.share, field.target) for field in told},
        (carried.share, carried.limit),
        SIZES[found.size],
    )


def listed(found: Found) -> list[Entry]:
    """The entries as lists show them: quadrant by quadrant, the highest first."""
    order = list(quadrants.LABELS)

    def place(entry: Entry) -> tuple[int, float, str]:
        at = order.index(entry.quadrant) if entry.quadrant in order else len(order)
        return at, -(reading(entry, found.sight.up) or 0), entry.key

    return sorted(found.entries, key=place)


def label(entry: Entry) -> str:
    """Its quadrant in words, with what speaks against it."""
    return quadrants.label(entry.quadrant, has_critical_gap=entry.has_gap) if entry.quadrant else "Not scored"


def said(code: str, value: float | None, pitfalls: Mapping[str, str], currency: str) -> str:
    """A value of an axis in words."""
    if value is None:
        return "not known"
    a_year = " a year" if code == VALUE else ""
    return f"{pitfalls.get(code) or SHORT[code]} {figure_words(code, value, currency)}{a_year}"


def figure_words(code: str, value: float | None, currency: str) -> str:
    """A value of an axis by itself, as a table has it."""
    if value is None:
        return "not known"
    return money(value, currency) if code == VALUE else f"{value:.0f}{'%' if code == PROBABILITY else ''}"


def amount_words(size: str, value: float | None, currency: str) -> str:
    """What an area stands for, in words."""
    if value is None:
        return "not known"
    if size == "effort":
        return f"{figure(value)} {'person' if value == 1 else 'people'}"
    return figure(value) if size == "equal" else money(value, currency)


@dataclass(frozen=True, slots=True)
class Legend:
    """Circles that show what an area stands for: middle and radius of each, and their words."""

    circles: tuple[tuple[float, float], ...]
    words: str
    width: float
    height: float

    @property
    def middle(self) -> float:
        return round(self.height / 2, 1)


def legend(scene: Scene, size: boards.Size, currency: str) -> Legend | None:
    """What two areas stand for; None where all are equal."""
    if scene.size == "equal" or not scene.most:
        return None
    steps = [_round(scene.most * part) for part in LEGEND]
    radii = [round(matrix.radius(size, step, scene.most, len(scene.spots)), 1) for step in steps]
    small, large = radii
    middles = (small + 1, 2 * small + large + 6)
    words = " and ".join(amount_words(scene.size, step, currency) for step in steps)
    width, height = round(2 * (small + large) + 8, 1), round(2 * large + 2, 1)
    return Legend(tuple(zip(middles, radii, strict=True)), words, width, height)


def _round(value: float) -> float:
    """The nearest number with one figure; halves below 2."""
    if value < 2:
        return max(0.5, round(value * 2) / 2)
    return float(f"{value:.1g}")


def _spot(found: Found, place: _Place, pitfalls: Mapping[str, str]) -> Spot:
    entry, size, currency = place.entry, found.size, found.frame.currency
    words = [
        said(found.sight.across, place.x, pitfalls, currency),
        said(found.sight.up, place.y, pitfalls, currency),
        Health(entry.health).label.lower(),
        label(entry).lower(),
    ]
    if size != "equal":
        words.append(f"{SIZES[size]} {amount_words(size, amount(entry, size), currency)}")
    if entry.is_held:
        words.append("on hold")
    return Spot(
        key=entry.key,
        name=entry.name,
        x=place.x,
        y=place.y,
        amount=amount(entry, size),
        health=entry.health,
        quadrant=entry.quadrant,
        has_gap=entry.has_gap,
        is_selected=entry.key == found.sight.project,
        unknown=found.unknown.get(entry.id),
        trail=_trail(found, place),
        words=f"{entry.name}: {', '.join(words)}",
        number=place.number,
    )


def _trail(found: Found, place: _Place) -> tuple[tuple[float, float], ...]:
    steps = found.trails.get(place.entry.id, ())
    return steps[:-1] if steps and steps[-1] == (place.x, place.y) else tuple(steps)


def _cell(found: Found, counted: Counted, across: Axis, up: Axis) -> Cell:
    """A cell with the range of values around it, which its link narrows the axes to."""
    x = across.low + counted.across * (across.high - across.low)
    y = up.low + counted.up * (up.high - up.low)
    half_x, half_y = COLUMN / 2 * (across.high - across.low), ROW / 3 * (up.high - up.low)
    query = f"x={_around(x, half_x, across)}"
    if not up.is_money:
        query += f"&y={_around(y, half_y, up)}"
    middle = 10**y if up.is_money else y
    where = f"{SHORT.get(across.code, across.code)} {x:.0f}, {_up_words(found, up, middle)}"
    words = f"{counted.count} {'project' if counted.count == 1 else 'projects'} around {where}"
    if counted.median is not None and found.size != "equal":
        said_median = amount_words(found.size, counted.median, found.frame.currency)
        words += f"; median {SIZES[found.size]} {said_median}"
    return Cell(x, middle, counted.count, counted.median, query, words)


def _up_words(found: Found, up: Axis, value: float) -> str:
    return f"value {money(value, found.frame.currency)}" if up.is_money else f"impact {value:.0f}"


def _around(middle: float, half: float, axis: Axis) -> str:
    low, high = max(axis.low, middle - half), min(axis.high, middle + half)
    first = int(low)
    return f"{first}-{min(100, max(first + 1, -int(-high // 1)))}"


def _title(found: Found, across: Axis, up: Axis) -> str:
    names = f"{across.title.removesuffix(' →')} and {up.title.removesuffix(' →').lower()}"
    return f"{names} of {found.shown:,} projects"


def _words(found: Found) -> str:
    """What the drawing shows, for those who do not see it."""
    over = [field for field in fields(found) if field.is_over]
    said_over = "; ".join(f"{field.name}: {field.words(SIZES[found.size])}" for field in over)
    return " ".join(
        part
        for part in (
            f"Bubble area is {SIZES[found.size]}." if found.size != "equal" else "All bubbles are equal.",
            f"Over target: {said_over}." if said_over else "",
            "The table below the chart has every number.",
        )
        if part
    )
