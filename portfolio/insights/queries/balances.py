"""Where a portfolio stands: every figure of its balance, from one picture of it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from portfolio.insights.queries import dismissals, lacks, outlooks, pasts, presents
from portfolio.insights.queries.presents import Present
from portfolio.insights.rules.advice import effects, recommendations, verdicts
from portfolio.insights.rules.advice.parts import Basis
from portfolio.insights.rules.balance import ageing, balances, concentrations, heats, mixes, values
from portfolio.insights.rules.entries import MEASURES, Entry, Picture
from portfolio.insights.rules.entries import measure as measured_by
from projects.models import Portfolio
from projects.models.scorecards import card_of
from projects.rules.scorecards import Scorecard, shipped

BY = ("count", "cost", "effort")


def of(
    portfolio: Portfolio,
    picture: Picture,
    now: datetime,
    measure: str = "",
    before: Picture | None = None,
) -> dict[str, Any]:
    """Every figure of `rules.balances.KEYS`, of a live, past or what-if picture; a fixed number of queries.

    Figures of flow are of the whole portfolio, whatever the picture was narrowed down to. What is not kept
    by day is None for a past one. `before`: the live picture of which this one is a what-if.
    """
    card = card_of(portfolio) if portfolio.scorecard_id else shipped()
    flight = [entry for entry in picture.entries if entry.is_open and entry.standard != "production"]
    found = dict.fromkeys(balances.KEYS) | _mix(picture, card, measure)
    found |= _of_picture(picture, flight, pasts.stages_of(portfolio))
    found["launches"] = outlooks.of(portfolio, picture, before)
    past, courses = pasts.of(portfolio, picture, flight, card, now)
    # Flow, conversion and survival rest on the invented past of a sample, however real its present is.
    found["generated"] = found["generated"] or any(course.is_generated for course in courses)
    present = presents.of(portfolio, picture, flight, card, now)
    found |= past | present.figures
    found["generated"] = found["generated"] or any(course.is_generated for course in courses)
    found["missing"] = lacks.of(portfolio, picture, found, courses, present)
    found["recommendations"] = _recommended(portfolio, picture, found, card, present)
    found["verdict"], found["expectation"] = verdicts.verdict(found), verdicts.expectation(found)
    return cast("dict[str, Any]", balances.tidy(found))


def _mix(picture: Picture, card: Scorecard, asked: str) -> dict[str, Any]:
    """Shares and loads, and what they are concentrated on."""
    frame, scope = picture.frame, picture.in_scope
    measure = measured_by(scope, asked if asked in MEASURES else "")
    planned, shares = mixes.target(frame.target), _each(scope, mixes.shares)
    return {
        "day": frame.day.isoformat(),
        "currency": frame.currency,
        "measure": measure,
        "measure_label": mixes.MEASURE_LABELS[measure],
        "n": len(scope),
        "n_all": len(picture.entries),
        "without_cost": len(mixes.left_out(scope, "cost")),
        "without_effort": len(mixes.left_out(scope, "effort")),
        "shares": shares,
        "amounts": _each(scope, mixes.amounts),
        "target": planned,
        "gaps": {by: mixes.gaps(share, planned) for by, share in shares.items()},
        "index": {by: mixes.index(share, planned) for by, share in shares.items()},
        "load": _each(scope, lambda entries, by: mixes.load(entries, by, frame.risk_line)),
        "limit": frame.limit / 100,
        "line": frame.risk_line,
        "generated": frame.has_generated,
        **_concentration(picture, card, measure),
    }


def _concentration(picture: Picture, card: Scorecard, measure: str) -> dict[str, Any]:
    """What hangs on whom, and where the risk sits."""
    scope, labels = picture.in_scope, {each.code: each.label for each in card.pitfalls}
    high = [entry for entry in scope if mixes.is_high(entry, picture.frame.risk_line)]
    by_holder = {by: concentrations.of(scope, by, measure) for by in concentrations.BY}
    return {
        "high_risk_n": len(high),
        "concentration": {**by_holder, "pitfall": concentrations.pitfall(high, labels)},
        "heat": heats.of(scope, labels),
    }


def _each(scope: Sequence[Entry], rule: Callable[[Sequence[Entry], str], Any]) -> dict[str, Any]:
    return {by: rule(scope, by) for by in BY}


def _of_picture(picture: Picture, flight: Sequence[Entry], stages: Any) -> dict[str, Any]:
    """What else the picture alone tells: worth, stays, and what nobody has assessed."""
    late = [entry for entry in flight if ageing.is_late(entry)]
    begun = [entry for entry in flight if entry.standard != "idea"]
    unassessed = [entry for entry in begun if entry.quadrant == "unassessed"]
    return {
        "value": values.of(picture.in_scope),
        "ageing": ageing.of(flight, stages),
        "stuck": {"n": len(late), "keys": [entry.key for entry in late][: ageing.SHOWN]},
        "unassessed": {
            "n": len(unassessed),
            "of": len(begun),
            "share": len(unassessed) / len(begun) if begun else 0.0,
        },
    }


def _recommended(
    portfolio: Portfolio, picture: Picture, found: Mapping[str, Any], card: Scorecard, present: Present
) -> list[dict[str, Any]]:
    """What the rules recommend, with what it would change, and whether somebody has put it aside."""
    critical, asked = present.critical, {}
    for entry in picture.in_scope:
        if entry.quadrant == "reconsider" and (questions := critical.get(entry.id)):
            asked[entry.key] = card.question(questions[0]).text
    put_aside = dismissals.of(portfolio)
    return [
        {
            **each,
            "effect": effects.of(picture, each["changes"], found["measure"]),
            "dismissal": put_aside.get((each["rule"], balances.digest(each["keys"]))),
        }
        for each in recommendations.of(Basis(picture, found, asked))
    ]
