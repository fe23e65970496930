"""Everything that the page of a balance draws, from the figures of the balance alone."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from portfolio.insights.charts import (
    ages,
    concentrations,
    curves,
    fans,
    launched,
    mixes,
    readings,
    shortages,
    standings,
    tables,
    tiles,
    workloads,
)
from portfolio.insights.charts.words import number

JUDGED_AFTER = 90  # days in production that survival and promise are asked of
Balance = Mapping[str, Any]


def drawn(
    slug: str, now: Balance, whatif: Balance | None, then: tiles.Then | None, *, compares: bool
) -> dict[str, Any]:
    """Bars, rows and strips by name; `compares`: every figure says what it was, not the tiles alone."""
    labels, before = mixes.NAMES, then.balance if then and compares else None
    table = standings.mix(now, before, labels)
    concentration, further = concentrations.told(concentrations.rows(now))
    capacity = now["capacity"] or {"months": [], "rows": []}
    months = workloads.names(capacity["months"])
    passed = launched.conversion(now["conversion"])
    return {
        "tiles": tiles.tiles(now, then),
        "bars": standings.bars(now, whatif, labels),
        "mix": [{**row, "href": _register(slug, row["code"])} for row in table],
        "column": standings.COLUMNS[now["measure"]],
        "sides": standings.side_by_side(now, labels),
        "overall": standings.overall(now, before),
        "funnel": tables.funnel([row for row in passed if row["entered"]]),
        "ages": ages.strips((now["ageing"] or {}).get("stages", [])),
        "heat": tables.heat(now["heat"]) if now["heat"] else [],
        "concentration": concentration,
        "further": further,
        "holders": concentrations.table(now),
        "readings": readings.readings(now, before),
        "capacity": workloads.rows(months, capacity["rows"]),
        "month_names": months,
        "last_month": months[-1] if months else "",
        "ecv": launched.worth(now["ecv"], now["currency"]),
        "conversion": passed,
        **_survival(now["survival"]),
        "missing": shortages.rows(now["missing"]),
        "promises": launched.promises(now["promise"]),
    }


def expected(months: Sequence[Mapping[str, Any]], n: int, means: Sequence[float] | None) -> dict[str, Any]:
    """The fan and its table; `means`: what a what-if expects in each month."""
    rows = fans.rows(months)
    if means is not None:
        rows = [{**row, "whatif": mean} for row, mean in zip(rows, means, strict=False)]
    found: dict[str, Any] = {
        "fans": fans.fans(rows, means),
        "months": rows,
        "forecast_n": n,
        "outlook": means,
    }
    if rows:
        end = rows[-1]
        found["fan_title"] = f"Projects expected in production by {end['on']:%B %Y}"
        found["fan_words"] = (
            f"Expected {number(end['mean'])} of {n} projects in flight; "
            f"four times out of five between {end['p10']} and {end['p90']}."
        )
    return found


def line(points: Sequence[tuple[date, float]]) -> dict[str, Any]:
    """The index over time; nothing before there are three points, since two make no line."""
    if len(points) < 3:
        return {"points": []}
    return {"points": [value for _, value in points], "since": points[0][0], "last": number(points[-1][1], 0)}


def _survival(found: Mapping[str, Any] | None) -> dict[str, Any]:
    steps = (found or {}).get("steps") or []
    return {
        "curve": curves.curve(steps, JUDGED_AFTER),
        "curve_words": launched.survival_words(found),
        "survival_rows": launched.survival(found),
    }


def _register(slug: str, quadrant: str) -> str:
    return f"/projects/?{urlencode({'portfolio': slug, 'quadrant': quadrant})}"
