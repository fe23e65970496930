"""What is not known of a portfolio, with the address of the form where it is entered."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.urls import NoReverseMatch, reverse

from portfolio.insights.queries.presents import Present
from portfolio.insights.rules.balance import lives, shortcomings
from portfolio.insights.rules.balance.courses import Course
from portfolio.insights.rules.entries import Entry, Picture
from projects.models import Portfolio

FORMS = {"project": "project_edit", "assessment": "project_assessment"}
SETTINGS = {"capacity": "capacity", "rates": "rates", "settings": "settings"}


def of(
    portfolio: Portfolio,
    picture: Picture,
    found: Mapping[str, Any],
    courses: Sequence[Course],
    present: Present,
) -> list[dict[str, Any]]:
    """Everything that lacks, in the order of `shortcomings.KINDS`; no query."""
    lacking = {
        **dict(_of_projects(picture, present)),
        **dict(_of_courses(picture, courses)),
        **dict(_of_portfolio(picture, found, present)),
    }
    rows = []
    for code in shortcomings.KINDS:
        keys, n = lacking.get(code, ([], None))
        if keys or n:
            row = shortcomings.one(code, keys, n)
            rows.append(row | {"url": _address(portfolio, row["form"], row["keys"])})
    return rows


Lacking = Iterator[tuple[str, tuple[list[str], int | None]]]


def _of_projects(picture: Picture, present: Present) -> Lacking:
    """What single projects in scope lack."""
    scope, found = picture.in_scope, present.prospects

    def keys(entries: Sequence[Entry]) -> tuple[list[str], int | None]:
        return [entry.key for entry in entries], None

    rates = [entry for entry in scope if entry.id in found and found[entry.id].lacks_rate]
    yield "rate", keys(rates)
    yield "cost", keys([entry for entry in scope if entry.cost is None and entry not in rates])
    yield "effort", keys([entry for entry in scope if entry.effort is None])
    yield "value", keys([entry for entry in scope if entry.value is None])
    yield "chance", keys([entry for entry in scope if entry.p is None])
    yield "owner", keys([entry for entry in scope if not entry.owner])
    yield "source", keys([entry for entry in scope if not entry.sources])
    yield "quadrant", keys([entry for entry in picture.entries if entry.quadrant == "unassessed"])
    if not picture.frame.is_past:
        needing = {need.project for need in present.demands}
        yield "demand", keys([entry for entry in scope if entry.id not in needing])
        yield "commercial", keys([entry for entry in scope if _lacks_worth(entry, present)])


def _lacks_worth(entry: Entry, present: Present) -> bool:
    prospect = present.prospects.get(entry.id)
    return prospect is None or prospect.launch_cost is None or prospect.chance_of_use is None


def _of_courses(picture: Picture, courses: Sequence[Course]) -> Lacking:
    """What projects that met live traffic lack."""
    day, shown = picture.frame.day, {entry.key for entry in picture.entries}
    there = [course for course in courses if course.key in shown]
    yield "exposure", ([one.key for one in there if lives.lacks_exposure(one, day)], None)
    yield "promise", ([one.key for one in there if lives.lacks_promise(one, day)], None)


def _of_portfolio(picture: Picture, found: Mapping[str, Any], present: Present) -> Lacking:
    """What the portfolio as a whole lacks; a portfolio without projects lacks nothing yet."""
    if not picture.entries:
        return
    if found["target"] is None:
        yield "target", ([], 1)
    if found["n"] and found["launches"]["within_year"] is None:
        yield "forecast", ([], 1)
    wins = [entry for entry in picture.in_scope if entry.quadrant == "quick_win"]
    if wins and all(entry.p50_on is None for entry in wins):
        yield "dates", ([entry.key for entry in wins], None)
    if found["flow"]["throughput"] is None:
        yield "history", ([], 1)
    unsupplied = [name for name, rows in present.supplies.items() if not rows]
    if unsupplied:
        yield "supply", ([], len(unsupplied))
    if picture.frame.is_past:
        yield "past", ([], 1)


def _address(portfolio: Portfolio, form: str, keys: Sequence[str]) -> str:
    """Of the first project's form, or of a page of settings; empty where nobody enters it."""
    try:
        if form in FORMS and keys:
            return reverse(FORMS[form], kwargs={"key": keys[0]})
        if form in SETTINGS:
            return reverse(SETTINGS[form], kwargs={"slug": portfolio.slug})
    except NoReverseMatch:
        return ""
    return ""
