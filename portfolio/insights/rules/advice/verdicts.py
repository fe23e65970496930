"""The two sentences that open a balance, written from its figures."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from portfolio.insights.rules.advice import parts as advice

PLURALS = {
    "quick_win": "quick wins",
    "big_bet": "big bets",
    "fill_in": "fill-ins",
    "reconsider": "projects to reconsider",
}


def verdict(found: Mapping[str, Any]) -> str:
    """What stands out: the risk load, else the largest distance from the target, else that all is well."""
    n, measure = found["n"], found["measure"]
    if not n:
        return (
            "No project is in flight yet." if not found["n_all"] else "No project in flight has a quadrant."
        )
    load, limit = found["load"][measure], found["limit"]
    if load is not None and advice.percent(load) > advice.percent(limit):
        return (
            f"We carry more risk than we planned: {advice.percent(load)}% {advice.WORK[measure]} "
            f"{_sits(measure)} above the load line, the limit is {advice.percent(limit)}%."
        )
    gaps = found["gaps"][measure]
    if gaps and n >= advice.LEAST_PROJECTS:
        code = max(gaps, key=lambda each: abs(gaps[each]))
        if abs(gaps[code]) >= advice.least_gap(n):
            return _apart(code, measure, found)
    return f"{_carried(load, limit, measure)}{_mix(found)}"


def expectation(found: Mapping[str, Any]) -> str:
    """How many launches to expect, within a year where there is a forecast, else at any time."""
    launches, n = found["launches"], found["n"]
    if not n or not launches or launches["expected"] is None:
        return "" if not n else "How many of them will launch is not known: no project has a chance yet."
    if n == 1:
        return _of_one(launches)
    if launches["within_year"] is not None:
        by = date.fromisoformat(launches["within_year_on"])
        return (
            f"Expect {round(launches['within_year'])} of {_projects(n)} in flight to be live by {by:%B %Y}, "
            f"{_range('four times in five', launches['within_year_low'], launches['within_year_high'])}."
        )
    return (
        f"Expect {round(launches['expected'])} of {_projects(n)} in flight to reach production, "
        f"{_range('nine times in ten', launches['low'], launches['high'])}."
    )


def _of_one(launches: Mapping[str, Any]) -> str:
    ever = advice.percent(launches["expected"])
    chance = f"The one project in flight reaches production with a chance of {ever}%"
    if launches["within_year"] is None:
        return f"{chance}."
    by = date.fromisoformat(launches["within_year_on"])
    return f"{chance}; it is live by {by:%B %Y} with one of {advice.percent(launches['within_year'])}%."


def _sits(measure: str) -> str:
    return "sits" if measure == "cost" else "sit"


def _apart(code: str, measure: str, found: Mapping[str, Any]) -> str:
    share, target = found["shares"][measure][code], found["target"][code]
    return (
        f"The mix is off its target: {PLURALS[code]} hold {advice.percent(share)}% "
        f"{advice.WORK[measure]}, {advice.planned(target)}."
    )


def _carried(load: float | None, limit: float, measure: str) -> str:
    if load is None:
        return "How much of the work is risky is not known. "
    return (
        f"Risk is within what we planned: {advice.percent(load)}% {advice.WORK[measure]} "
        f"{_sits(measure)} above the load line, the limit is {advice.percent(limit)}%. "
    )


def _mix(found: Mapping[str, Any]) -> str:
    index = found["index"][found["measure"]]
    if index is None:
        return "No target mix is set."
    if found["n"] < advice.LEAST_PROJECTS:
        return f"{_projects(found['n']).capitalize()} in flight {_are(found['n'])} too few to judge the mix."
    return f"The mix is close to its target ({round(index)} of 100)."


def _projects(n: int) -> str:
    return "the 1 project" if n == 1 else f"the {n} projects"


def _are(n: int) -> str:
    return "is" if n == 1 else "are"


def _range(often: str, low: int, high: int) -> str:
    return f"{often} {low}" if low == high else f"{often} between {low} and {high}"
