"""What is not known, as rows: of how many projects, and which come first."""

from collections.abc import Mapping, Sequence
from typing import Any

from portfolio.insights.charts.words import count

KEYS_SHOWN = 6


def rows(missing: Sequence[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    """Each with its title, such as: Remaining cost of 3 projects."""
    return [
        {**one, "title": _title(one), "more": max(0, one["n"] - KEYS_SHOWN) if one["keys"] else 0}
        for one in missing or ()
    ]


def _title(one: Mapping[str, Any]) -> str:
    what = one["what"][0].upper() + one["what"][1:]
    return f"{what}: {count(one['n'], 'project')}" if one["keys"] else what
