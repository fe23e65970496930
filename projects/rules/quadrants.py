"""Where a project stands on the matrix of risk and impact, without flickering at the lines."""

from typing import NamedTuple

from projects.rules.coefficients import Lines

# (risk is high, impact is high) -> code
QUADRANTS = {
    (False, True): "quick_win",
    (True, True): "big_bet",
    (False, False): "fill_in",
    (True, False): "reconsider",
}
LABELS = {
    "quick_win": "Quick win",
    "big_bet": "Big bet",
    "fill_in": "Fill-in",
    "reconsider": "Reconsider",
    "intake": "Intake",
    "unassessed": "Unassessed",
}
# A quadrant that promises something says so when a critical gap speaks against it.
PROMISING = ("quick_win", "fill_in")
# Scores are compared as they are stored, so that a stored score places itself again.
DIGITS = 6


class Sides(NamedTuple):
    """On which side of its line a project was when its score was last stored; None: no last value."""

    high_risk: bool | None = None
    high_impact: bool | None = None


NO_SIDES = Sides()


class Place(NamedTuple):
    """A quadrant, the sides to be stored with it, and whether a score is close to a line."""

    quadrant: str
    sides: Sides
    is_borderline: bool


def place(lines: Lines, risk: float, impact: float, last: Sides = NO_SIDES) -> Place:
    """The quadrant of a risk and an impact; within the band an axis stays on its last side."""
    sides = Sides(
        _is_high(risk, lines.risk_line, lines.band, last.high_risk),
        _is_high(impact, lines.impact_line, lines.band, last.high_impact),
    )
    near = _is_near(risk, lines.risk_line, lines.band) or _is_near(impact, lines.impact_line, lines.band)
    return Place(QUADRANTS[bool(sides.high_risk), bool(sides.high_impact)], sides, near)


def _is_near(score: float, line: float, band: float) -> bool:
    return round(abs(round(score, DIGITS) - line), DIGITS) <= band


def _is_high(score: float, line: float, band: float, last: bool | None) -> bool:
    if last is not None and _is_near(score, line, band):
        return last
    return round(score, DIGITS) >= line


def label(quadrant: str, *, has_critical_gap: bool = False) -> str:
    """What people read for a quadrant."""
    text = LABELS[quadrant]
    return f"{text}, critical gap" if has_critical_gap and quadrant in PROMISING else text
