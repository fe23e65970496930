"""A share that falls in steps over days, such as products still in use, with the band of its uncertainty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portfolio.insights.charts import scales

WIDTH, HEIGHT = 326, 170  # fits a phone, so that one drawing does
LEFT, RIGHT, TOP, BOTTOM = 36, 12, 8, 24
LEVELS = (0, 50, 100)


@dataclass(frozen=True, slots=True)
class Curve:
    """Paths of a step curve and its band, with the texts of both axes; `mark`: a day worth a line."""

    line: str
    band: str
    levels: tuple[tuple[float, str], ...]
    ticks: tuple[tuple[float, int], ...]
    mark: float | None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT


def curve(steps: Sequence[Mapping[str, Any]], mark: int | None = None) -> Curve | None:
    """A curve through steps of day, share and (where known) low and high; None without a step."""
    if not steps:
        return None
    most = scales.ticks(max(steps[-1]["day"], mark or 0), 4)

    def x(day: float) -> float:
        return LEFT + day / most[-1] * (WIDTH - LEFT - RIGHT)

    def y(share: float) -> float:
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    def stairs(name: str) -> list[tuple[float, float]]:
        points, height = [(x(0), y(1))], 1.0
        for step in steps:
            points.append((x(step["day"]), y(height)))
            height = step["share"] if step.get(name) is None else step[name]
            points.append((x(step["day"]), y(height)))
        return points

    has_band = any(step.get("low") is not None for step in steps)
    outline = [*stairs("high"), *reversed(stairs("low"))]
    return Curve(
        line=scales.path(stairs("share")),
        band=scales.path(outline) + "Z" if has_band else "",
        levels=tuple((round(y(level / 100), 1), f"{level}%") for level in LEVELS),
        ticks=tuple((round(x(day), 1), day) for day in most),
        mark=round(x(mark), 1) if mark else None,
    )
