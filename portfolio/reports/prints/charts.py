"""The pack's pictures as plain shapes: mixes, the expected number, the roadmap."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from portfolio.insights.rules.entries import QUADRANTS, Entry
from projects.prints.drawings import Circle, Drawing, Label, Path, Rect, Shape
from projects.rules.quadrants import LABELS

WIDTH = 520.0
# Room for the names at the left of bars and rows.
NAMES = 150.0
BAR, ROW = 22.0, 16.0

# The fan: its height, and the room around it.
HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 190.0, 30.0, 120.0, 10.0, 22.0
# A part of a bar below this share has no room for its number.
LEAST = 0.07
ON = {"big_bet": "inverse", "quick_win": "inverse", "fill_in": "ink", "reconsider": "ink"}


def mixes(bars: Sequence[tuple[str, Mapping[str, float] | None]]) -> Drawing:
    """Shares of the quadrants as stacked bars, one below the other; a mix that is not known says so."""
    shapes: list[Shape] = []
    for place, (name, shares) in enumerate(bars):
        y = place * (BAR + 8)
        shapes.append(Label(0, y + 15, name, 10))
        if shares is None:
            shapes.append(Label(NAMES, y + 15, "not known", 10, "quiet"))
        else:
            shapes += _bar(shares, y)
    y = len(bars) * (BAR + 8) + 6
    for place, code in enumerate(QUADRANTS):
        x = NAMES + place * 92
        shapes += [Rect(x, y, 9, 9, code), Label(x + 14, y + 8, LABELS[code], 9, "quiet")]
    told = "; ".join(f"{name}: {_said(shares)}" for name, shares in bars)
    return Drawing(WIDTH, y + 14, shapes, f"Shares of the quadrants. {told}.")


def _bar(shares: Mapping[str, float], y: float) -> Iterator[Shape]:
    x, whole = NAMES, WIDTH - NAMES
    for code in QUADRANTS:
        width = whole * shares.get(code, 0.0)
        if width <= 0:
            continue
        yield Rect(x, y, max(width - 1.5, 0.5), BAR, code)
        if shares[code] >= LEAST:
            yield Label(x + width / 2, y + 15, f"{shares[code]:.0%}", 9, ON[code], "middle", is_bold=True)
        x += width


def _said(shares: Mapping[str, float] | None) -> str:
    if shares is None:
        return "not known"
    return ", ".join(f"{LABELS[code]} {shares.get(code, 0):.0%}" for code in QUADRANTS)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where a month and a number of projects lie on the fan."""

    step: float
    most: float

    def spot(self, place: int, value: float) -> tuple[float, float]:
        return LEFT + place * self.step, TOP + (1 - value / self.most) * (HEIGHT - TOP - BOTTOM)

    def band(self, months: Sequence[Mapping[str, Any]], low: str, high: str, tone: str) -> Path:
        over = [self.spot(place, month[high]) for place, month in enumerate(months)]
        under = [self.spot(place, month[low]) for place, month in enumerate(months)]
        return Path([*over, *reversed(under)], tone, is_closed=True)


def fan(months: Sequence[Mapping[str, Any]]) -> Drawing:
    """The expected number of launches by month, with the middle half and four in five."""
    most = max(1.0, *(float(month["p90"]) for month in months))
    scale = _Scale((WIDTH - LEFT - RIGHT) / max(len(months) - 1, 1), most)
    end, last = len(months) - 1, months[-1]
    right, floor = scale.spot(end, 0)
    by = date.fromisoformat(last["on"])
    shapes: list[Shape] = [
        scale.band(months, "p10", "p90", "band"),
        scale.band(months, "p25", "p75", "band_inner"),
        Path([scale.spot(place, month["mean"]) for place, month in enumerate(months)], "strong"),
        Path([(LEFT, floor), (right, floor)], "line"),
        Label(right + 8, scale.spot(end, last["mean"])[1] + 4, f"{last['mean']:.1f} expected", 10),
        Label(LEFT, HEIGHT - 6, "Today", 9, "quiet"),
        Label(right, HEIGHT - 6, f"{by:%b %Y}", 9, "quiet", "end"),
    ]
    shapes += [
        Label(LEFT - 6, scale.spot(0, value)[1] + 3, f"{value:g}", 9, "quiet", "end")
        for value in (0, round(most / 2), round(most))
    ]
    if last["p90"] - last["p10"] >= most / 6:  # else the three texts would lie on each other
        for key, words in (("p90", "1 in 10 above"), ("p10", "1 in 10 below")):
            y = scale.spot(end, last[key])[1] + 4
            shapes.append(Label(right + 8, y, f"{last[key]} ({words})", 9, "quiet"))
    band = f"four times in five {last['p10']} to {last['p90']}"
    return Drawing(WIDTH, HEIGHT, shapes, f"Expected live by {by:%B %Y}: {last['mean']:.1f}, {band}.")


def roadmap(entries: Sequence[Entry], today: date) -> Drawing:
    """One row for each project: to its P50, P80 and P95, with the committed day as a dot."""
    days = [day for entry in entries for day in (entry.p95_on, entry.committed_on) if day]
    last = max([*days, today + timedelta(days=365)])
    whole = max((last - today).days, 1)

    def x(day: date) -> float:
        return NAMES + (WIDTH - NAMES) * min(max((day - today).days / whole, 0), 1)

    shapes: list[Shape] = []
    for place, entry in enumerate(entries):
        y = place * ROW
        shapes.append(Label(0, y + 11, _short(entry.name), 9))
        steps = [today, entry.p50_on, entry.p80_on, entry.p95_on]
        for tone, start, stop in zip(("quick_win", "band_inner", "band"), steps, steps[1:], strict=False):
            if start and stop and stop > start:
                shapes.append(
                    Rect(
                        x(start), y + 4, x(stop) - x(start), 8, "quick_win" if tone == "strong_bar" else tone
                    )
                )
        if entry.committed_on:
            shapes.append(Circle(x(entry.committed_on), y + 8, 3.5, "unknown"))
    y = len(entries) * ROW + 12
    shapes += [
        Path([(NAMES, 0), (NAMES, y - 10)], "line"),
        Label(NAMES, y, f"{today:%d %b %Y}", 9, "quiet"),
        Label(WIDTH, y, f"{last:%b %Y}", 9, "quiet", "end"),
    ]
    return Drawing(WIDTH, y + 4, shapes, "Forecast by project; the table below has every date.")


def _short(name: str, most: int = 30) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
