"""The mix of a portfolio as bars and tables: by the measure chosen, and by all of them side by side."""

from collections.abc import Mapping
from typing import Any

from portfolio.insights.charts import mixes
from portfolio.insights.charts.words import UNKNOWN, money, number, percent, signed
from portfolio.insights.rules.entries import QUADRANTS

COLUMNS = {"effort": "People", "cost": "Remaining cost", "count": "Projects"}
BY = ("count", "cost", "effort")
# A share this far over its target stands out (10 points, as everywhere in the product).
FAR_OVER = 0.10


def bars(
    now: Mapping[str, Any], whatif: Mapping[str, Any] | None, labels: Mapping[str, str]
) -> list[mixes.Bar]:
    """Actual, what if and target under each other, by the measure of the page."""
    by = now["measure"]
    rows = [mixes.bar("Actual", now["shares"][by], labels)]
    if whatif:
        rows.append(mixes.bar("What if", whatif["shares"][by], labels))
    target = (whatif or now)["target"]
    return [*rows, mixes.bar("Target", target, labels)]


def mix(
    now: Mapping[str, Any], then: Mapping[str, Any] | None, labels: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The table under the bars: what lies in each quadrant, its share, the target, how far apart."""
    by = now["measure"]
    return [
        {
            "code": code,
            "label": labels[code],
            "amount": _amount(now, by, code),
            "share": percent(_at(now["shares"][by], code)),
            "was": percent(_at(then["shares"][by], code)) if then else "",
            "target": percent(_at(now["target"], code)),
            **_apart(now, by, code),
        }
        for code in QUADRANTS
    ]


def side_by_side(now: Mapping[str, Any], labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """Every share by projects, by remaining cost and by people: the three tell different stories."""
    return [
        {
            "code": code,
            "label": labels[code],
            "target": percent(_at(now["target"], code)),
            "cells": [{"share": percent(_at(now["shares"][by], code)), **_apart(now, by, code)} for by in BY],
        }
        for code in QUADRANTS
    ]


def overall(now: Mapping[str, Any], then: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Balance index and risk load by each measure; before them what they were."""
    limit = now["limit"]
    return [
        {
            "label": "Balance index",
            "formula": "balance_index",
            "target": "100",
            "cells": [
                {"value": number(now["index"][by], 0), "was": _was(then, "index", by, lambda v: number(v, 0))}
                for by in BY
            ],
        },
        {
            "label": "Risk load",
            "formula": "risk_load",
            "target": f"at most {percent(limit)}" if limit is not None else "",
            "cells": [
                {
                    "value": percent(load := now["load"][by]),
                    "was": _was(then, "load", by, percent),
                    "is_over": load is not None and limit is not None and load > limit,
                }
                for by in BY
            ],
        },
    ]


def _was(then: Mapping[str, Any] | None, key: str, by: str, say: Any) -> str:
    value = _at(then[key], by) if then else None
    return "" if value is None else say(value)


def _amount(now: Mapping[str, Any], by: str, code: str) -> str:
    value = _at(now["amounts"][by], code)
    return money(value, now["currency"]) if by == "cost" else number(value)


def _apart(now: Mapping[str, Any], by: str, code: str) -> dict[str, Any]:
    gap = _at(now["gaps"][by], code)
    return {
        "apart": UNKNOWN if gap is None else signed(100 * gap),
        "is_far": gap is not None and gap >= FAR_OVER,
    }


def _at(found: Mapping[str, float] | None, code: str) -> float | None:
    return (found or {}).get(code)
