"""What projects are worth: expected, after their cost, and by the step-wise method of Cooper."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from portfolio.insights.rules.entries import Entry

# Years for which the value of a live product is counted (our choice).
YEARS = 3
SHOWN = 60


def expected(entry: Entry) -> float | None:
    """Chance of reaching production times the value of a year."""
    return None if entry.p is None or entry.value is None else entry.p * entry.value


def risk_adjusted(entry: Entry, years: int = YEARS) -> float | None:
    """Expected value over some years, less what has still to be spent."""
    worth = expected(entry)
    return None if worth is None or entry.cost is None else worth * years - entry.cost


def of(entries: Sequence[Entry], years: int = YEARS) -> dict[str, Any]:
    """Both for all projects together; the sums leave out those of which they are not known."""
    worths = _known(expected(entry) for entry in entries)
    adjusted = _known(risk_adjusted(entry, years) for entry in entries)
    values = _known(entry.value for entry in entries)
    return {
        "ev": sum(worths) if worths else None,
        "rav": sum(adjusted) if adjusted else None,
        "years": years,
        "total": sum(values) if values else None,
        "without": len(entries) - len(worths),
        "rav_without": len(entries) - len(adjusted),
    }


class Commercial(NamedTuple):
    """What the expected commercial value is made of; money in one currency, chances from 0 to 1."""

    present_value: float  # of the earnings once it is live
    use: float  # Pcs: that it is used and pays
    launch_cost: float  # C
    success: float  # Pts: that it works and reaches production
    cost: float  # D: still to be spent; what was spent is sunk and stays out


def commercial(made_of: Commercial) -> float:
    """(PV x Pcs - C) x Pts - D (Cooper, Edgett and Kleinschmidt)."""
    live = made_of.present_value * made_of.use - made_of.launch_cost
    return live * made_of.success - made_of.cost


def per_resource(value: float, resource: float) -> float | None:
    """Value for each unit of what is scarce, by which projects are ranked; None where nothing is needed."""
    return value / resource if resource else None


def ranked(known: Iterable[tuple[Entry, Commercial]]) -> list[dict[str, Any]]:
    """Projects by expected commercial value for unit of remaining cost; those that cost nothing first."""
    rows: list[dict[str, Any]] = []
    for entry, made_of in known:
        value = commercial(made_of)
        index = per_resource(value, made_of.cost)
        rows.append({"key": entry.key, "name": entry.name, "ecv": value, "index": index})
    rows.sort(key=_place)
    return [{"rank": place, **row} for place, row in enumerate(rows[:SHOWN], 1)]


def _place(row: dict[str, Any]) -> tuple[bool, float, float, str]:
    if row["index"] is None:  # of those that cost nothing more, the losing ones come last
        return row["ecv"] < 0, float("-inf"), -row["ecv"], row["key"]
    return False, -row["index"], -row["ecv"], row["key"]


def _known(numbers: Iterable[float | None]) -> list[float]:
    return [number for number in numbers if number is not None]
