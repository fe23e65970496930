"""What a what-if expects of a forecast that was made without it: rows of chances, left out or scaled."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from portfolio.insights.rules.entries import Entry, Picture


def expected(
    forecast: Mapping[str, Any], before: Picture, after: Picture, months: int | None = None
) -> list[float]:
    """How many projects are live by each month of the forecast if the picture were the other one.

    A project that is stopped leaves its row of chances out; one whose chance of production changes takes
    its row in that proportion, since the forecast's rows are chances at the pace of today.
    """
    was, will = _by_key(before.entries), _by_key(after.entries)
    rows: Sequence[Sequence[float]] = forecast["chances"]
    columns = len(forecast["months"]) if months is None else months
    totals = [0.0] * columns
    for key, chances in zip(forecast["keys"], rows, strict=True):
        scale = _scale(was.get(key), will.get(key))
        for place, chance in enumerate(chances[:columns]):
            totals[place] += min(1.0, chance * scale)
    return totals


def _scale(was: Entry | None, will: Entry | None) -> float:
    if was is None:  # the forecast is older than its going
        return 0.0
    if will is None or not will.is_open:
        return 0.0
    return will.p / was.p if was.p and will.p is not None else 1.0


def _by_key(entries: Iterable[Entry]) -> dict[str, Entry]:
    return {entry.key: entry for entry in entries}
