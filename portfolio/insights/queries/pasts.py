"""What the past of a portfolio says about its flow: rows dated up to the day of the picture only."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from portfolio.insights.queries import courses as course_queries
from portfolio.insights.rules.balance import conversions, flows, lives
from portfolio.insights.rules.balance.courses import Course
from portfolio.insights.rules.entries import Entry, Picture
from portfolio.insights.rules.forecast import shrinkage
from projects.models import Portfolio
from projects.models.workflows import parsed
from projects.queries import histories
from projects.rules import incidences, survivals
from projects.rules.scorecards import Scorecard
from projects.rules.stages import Stage


def of(
    portfolio: Portfolio, picture: Picture, flight: list[Entry], card: Scorecard, now: datetime
) -> tuple[dict[str, Any], list[Course]]:
    """Flow, conversion, exposure, survival and promise of the whole portfolio; four queries."""
    day, stages = picture.frame.day, stages_of(portfolio)
    courses = course_queries.of(portfolio, now)
    found = {
        "flow": flows.of(courses, flight, len(picture.in_scope), stages, day),
        "conversion": _conversions(portfolio, courses, stages, card, now),
        "exposure": lives.exposure(courses, day),
        "survival": lives.survival(courses, day),
        "promise": lives.promise(courses, day),
    }
    return found, courses


def _conversions(
    portfolio: Portfolio, courses: list[Course], stages: tuple[Stage, ...], card: Scorecard, now: datetime
) -> list[dict[str, Any]]:
    """What each stage let through, with its 90% interval, what is usual, and the curve's final share."""
    day = now.astimezone(ZoneInfo(portfolio.time_zone)).date()
    entered = conversions.entered(courses)
    stays = histories.read(portfolio, day, now=now).stays
    usual = conversions.references({code: each.p for code, each in card.odds.stages.items()})
    rows = []
    for stage in conversions.shown(stages):
        row = conversions.of(stage, entered.get(stage.standard, []), day)
        known, reference = stays.get(stage.standard, []), usual[stage.standard]
        share = shrinkage.shrink(row["advanced"], row["entered"], reference) if row["entered"] else None
        curve = incidences.curve(known)
        rows.append(
            row
            | {
                "reference": reference,
                "expected": share and share.mean,
                "low": share and share.low,
                "high": share and share.high,
                "final_advance": incidences.final_share(curve, "advance") if curve else None,
                "final_stop": incidences.final_share(curve, "stop") if curve else None,
                "median_days": survivals.median(known),
            }
        )
    return rows


def stages_of(portfolio: Portfolio) -> tuple[Stage, ...]:
    """The stages of the portfolio's present workflow."""
    return parsed(portfolio.workflow_id).stages if portfolio.workflow_id else ()
