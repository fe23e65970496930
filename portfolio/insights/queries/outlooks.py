"""How many launches to expect of a picture: exactly if each stands for itself, and by the stored forecast."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from portfolio.insights.queries import forecasts
from portfolio.insights.rules.entries import Entry, Picture
from portfolio.insights.rules.forecast import launches
from projects.models import Portfolio

YEAR = timedelta(days=366)


def of(portfolio: Portfolio, picture: Picture, before: Picture | None = None) -> dict[str, Any]:
    """The figures of `launches`; one query. `before`: the live picture of which this is a what-if."""
    chances = [entry.p for entry in picture.in_scope if entry.p is not None]
    exact = launches.exact(chances)
    found: dict[str, Any] = dict.fromkeys(("within_year", "within_year_on", "wide_low", "wide_high"))
    found |= dict.fromkeys(("within_year_low", "within_year_high"))
    found |= {"expected": None, "variance": None, "low": None, "median": None, "high": None}
    if chances:
        low, median, high = (exact.quantile(share) for share in (0.05, 0.5, 0.95))
        found |= {"expected": exact.mean, "variance": exact.variance}
        found |= {"low": low, "median": median, "high": high}
    forecast = forecasts.on(portfolio, picture.frame.day)
    if forecast is not None and chances:
        found |= _wide(forecast.body, picture, exact) | _within_year(forecast.body, picture, before)
    return found


def _wide(body: Mapping[str, Any], picture: Picture, exact: launches.Distribution) -> dict[str, Any]:
    """The simulated interval; of other projects than those simulated, the exact one widened alike."""
    total, keys = body["total"], set(body["keys"])
    if {entry.key for entry in picture.in_scope} == keys:
        return {"wide_low": total["p05"], "wide_high": total["p95"]}
    simulated = [entry.p for entry in picture.entries if entry.key in keys and entry.p is not None]
    independent = launches.exact(simulated)
    width = (independent.quantile(0.95) - independent.quantile(0.05)) or 1
    wider = max(1.0, (total["p95"] - total["p05"]) / width)
    low, high = (exact.mean + wider * (exact.quantile(share) - exact.mean) for share in (0.05, 0.95))
    return {"wide_low": max(0, round(low)), "wide_high": min(len(exact.pmf) - 1, round(high))}


def _within_year(body: Mapping[str, Any], picture: Picture, before: Picture | None) -> dict[str, Any]:
    """Live by the last month's end within a year; four times in five between low and high."""
    until = (picture.frame.day + YEAR).isoformat()
    place = max((at for at, month in enumerate(body["months"]) if month["on"] <= until), default=0)
    month, scope = body["months"][place], {entry.key: entry for entry in picture.in_scope}
    rows = [
        (scope[key], row[place])
        for key, row in zip(body["keys"], body["chances"], strict=True)
        if key in scope
    ]
    if not rows:
        return {}
    exact = launches.exact(_scaled(rows, before))
    same = before is None and {entry.key for entry, _ in rows} == set(body["keys"])
    low, high = (month["p10"], month["p90"]) if same else (exact.quantile(0.1), exact.quantile(0.9))
    return {
        "within_year": exact.mean,
        "within_year_on": month["on"],
        "within_year_low": low,
        "within_year_high": high,
    }


def _scaled(rows: list[tuple[Entry, float]], before: Picture | None) -> list[float]:
    """Chances by that day; where a what-if changes that of ever launching, in the same proportion."""
    was = {entry.key: entry.p for entry in before.entries} if before else {}
    return [min(1.0, chance * _scale(was.get(entry.key), entry.p)) for entry, chance in rows]


def _scale(was: float | None, will: float | None) -> float:
    return will / was if was and will is not None else 1.0
