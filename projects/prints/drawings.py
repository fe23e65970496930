"""A picture as a few plain shapes: SVG, PDF and slides draw the same from it.

Lengths are in points, from the upper left corner. A tone is a name, such as "quick_win" or "line", that each
of the three turns into its own colour.
"""

from collections.abc import Sequence
from dataclasses import dataclass

# What each tone looks like on paper: (fill, line), hex; None is none.
TONES: dict[str, tuple[str | None, str | None]] = {
    "quick_win": ("3572b0", None),
    "big_bet": ("173f70", None),
    "fill_in": ("b5cde6", None),
    "reconsider": ("9aa3ad", None),
    "ground": ("f4f7fa", None),
    "band": ("dce8f4", None),
    "band_inner": ("b4cde6", None),
    "frame": (None, "c9d0d6"),
    "line": (None, "8a949e"),
    "strong": (None, "17406f"),
    "on_track": ("cfe8dd", "12805c"),
    "at_risk": ("fbe3b8", "b87700"),
    "off_track": ("f8cfc8", "c8402a"),
    "unknown": ("ffffff", "6b7680"),
    "mark_at_risk": ("b87700", None),
    "mark_off_track": ("c8402a", None),
    "ink": ("1b2128", None),
    "quiet": ("55606b", None),
    "inverse": ("ffffff", None),
}


@dataclass(frozen=True, slots=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    tone: str

    kind = "rect"


@dataclass(frozen=True, slots=True)
class Circle:
    x: float
    y: float
    r: float
    tone: str

    kind = "circle"


@dataclass(frozen=True, slots=True)
class Path:
    """Straight lines through points; a closed one is filled."""

    points: Sequence[tuple[float, float]]
    tone: str
    is_closed: bool = False

    kind = "path"


@dataclass(frozen=True, slots=True)
class Label:
    """A line of text; `x`, `y` is where its base line begins, has its middle or ends."""

    x: float
    y: float
    text: str
    size: float = 9
    tone: str = "ink"
    anchor: str = "start"  # start, middle, end
    is_bold: bool = False

    kind = "label"


Shape = Rect | Circle | Path | Label


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes in their order, the lowest first; `alt` says in words what they show."""

    width: float
    height: float
    shapes: Sequence[Shape]
    alt: str
    wide: "Drawing | None" = None  # the same for a sheet that is wider than it is high

    kind = "drawing"
