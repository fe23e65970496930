"""How work is spread over the four quadrants, against what was planned, and how much of it is risky."""

from collections.abc import Iterable, Mapping, Sequence

from portfolio.insights.rules.entries import QUADRANTS, Entry, by_quadrant
from projects.rules.quadrants import DIGITS

Shares = dict[str, float]
MEASURE_LABELS = {"effort": "people at work", "cost": "remaining cost", "count": "projects"}


def left_out(entries: Iterable[Entry], measure: str) -> list[Entry]:
    """Projects whose weight is not known: they count among projects and are missing in this measure."""
    return [entry for entry in entries if entry.weight(measure) is None]


def amounts(entries: Sequence[Entry], measure: str) -> Shares | None:
    """What lies in each quadrant; None where nobody has said it of any project."""
    if len(left_out(entries, measure)) == len(entries):
        return None
    return {code: _sum(found, measure) for code, found in by_quadrant(entries).items()}


def shares(entries: Sequence[Entry], measure: str) -> Shares | None:
    """Each quadrant's part of the whole, 0 to 1; None where the whole is nothing or not known."""
    found = amounts(entries, measure)
    total = sum(found.values()) if found else 0
    return {code: amount / total for code, amount in found.items()} if found and total else None


def target(percent: Mapping[str, float]) -> Shares | None:
    """The mix that was planned, 0 to 1; None where none was set."""
    total = sum(percent.get(code, 0) for code in QUADRANTS)
    return {code: percent.get(code, 0) / total for code in QUADRANTS} if total else None


def gaps(actual: Shares | None, planned: Shares | None) -> Shares | None:
    """How far each quadrant lies over its target (below it: negative)."""
    if actual is None or planned is None:
        return None
    return {code: actual[code] - planned[code] for code in QUADRANTS}


def index(actual: Shares | None, planned: Shares | None) -> float | None:
    """100 on target, 0 with nothing where it should be: one less the total-variation distance."""
    apart = gaps(actual, planned)
    return None if apart is None else 100 * (1 - sum(map(abs, apart.values())) / 2)


def is_high(entry: Entry, line: float) -> bool:
    """Whether its risk is at or above the load line, as scores are stored."""
    return entry.risk is not None and round(entry.risk, DIGITS) >= line


def load(entries: Iterable[Entry], measure: str, line: float) -> float | None:
    """The part of the work that is at or above the load line, 0 to 1."""
    known = [entry for entry in entries if entry.weight(measure) is not None]
    total = _sum(known, measure)
    return _sum((entry for entry in known if is_high(entry, line)), measure) / total if total else None


def _sum(entries: Iterable[Entry], measure: str) -> float:
    return sum(entry.weight(measure) or 0.0 for entry in entries)
