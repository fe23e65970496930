"""How good forecasts were, as a drawing: what was said across, what came up, on one square."""

from collections.abc import Iterable
from dataclasses import dataclass

from portfolio.insights.rules.forecast.calibration import Bin

# Drawn at its size on a page, and as wide as a phone: text is never shrunk.
WIDTH, HEIGHT = 340, 300
LEFT, TOP, SIDE = 44.0, 12.0, 244.0
LEAST_DOT, MOST_DOT = 4.0, 10.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A named value on both axes."""

    x: float
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Dot:
    """Forecasts of about the same chance, with the interval of what came."""

    x: float
    y: float
    r: float
    low: float
    high: float
    label: str

    @property
    def beside(self) -> float:
        """How far to the right its number stands."""
        return self.r + 4


@dataclass(frozen=True, slots=True)
class Reliability:
    """On the diagonal things come as often as they were said to."""

    marks: tuple[Mark, ...]
    dots: tuple[Dot, ...]
    left: float = LEFT
    right: float = LEFT + SIDE
    top: float = TOP
    bottom: float = TOP + SIDE
    width: int = WIDTH
    height: int = HEIGHT


def reliability(bins: Iterable[Bin]) -> Reliability:
    """The diagram of these bins; empty ones have no dot."""
    filled = [one for one in bins if one.n]
    most = max((one.n for one in filled), default=1)
    marks = tuple(Mark(_x(share / 5), _y(share / 5), f"{20 * share}%") for share in range(6))
    return Reliability(marks, tuple(_dot(one, most) for one in filled))


def _dot(one: Bin, most: int) -> Dot:
    said, came = one.said or 0.0, one.came or 0.0
    low, high = one.interval or (came, came)
    # The area tells the number, so that few look like few.
    radius = max(LEAST_DOT, MOST_DOT * (one.n / most) ** 0.5)
    return Dot(_x(said), _y(came), round(radius, 1), _y(low), _y(high), str(one.n))


def _x(share: float) -> float:
    return round(LEFT + SIDE * share, 1)


def _y(share: float) -> float:
    return round(TOP + SIDE * (1 - share), 1)
