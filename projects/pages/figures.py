"""The figures of a project's header: risk, impact with quadrant and chance of production, in plain words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from projects.models import Outcome, Project
from projects.queries import reasons, scoring
from projects.rules import quadrants
from projects.rules.answers import UNKNOWABLE
from projects.templatetags.times import MONTHS, exact

# What the impact needs, by its code in the rules: its name, and its field on the details page.
IMPACT_INPUTS = {
    "value": ("annual value", "value_likely"),
    "strategic": ("strategic fit", "strategic"),
    "reach": ("reach", "reach"),
}
# A change of less than a point is noise: it would be rounded away beside the score.
LEAST_CHANGE = 1
# Within this many days a date is said by its day, before by its month.
DAYS_BY_DAY = 60
# From here down a chance is bad news; the other chances are only numbers.
POOR_CHANCE = 0.25


@dataclass(frozen=True, slots=True)
class Trend:
    """How the risk has moved since a day: "up 17 since Aug"."""

    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What the header says of the scores; None and empty texts where there is nothing to say."""

    risk: int | None
    trend: Trend | None
    gaps: str  # the critical gaps, by name
    impact: int | None
    lacks: tuple[str, ...]  # what has to be entered for the impact
    lacks_field: str  # and the field of the first
    quadrant: str
    remarks: tuple[tuple[str, str], ...]  # (word, what it means)
    to_place: int  # questions to answer before there is a quadrant
    chance: int | None  # percent
    is_poor_chance: bool
    ending: str  # stands for the chance where there is none: in production, stopped, retired
    answered: int
    asked: int
    due: int  # questions that have to be known now and are not


def of(project: Project) -> Figures:
    """The figures from what is stored with the project; no query, the assessment came with it."""
    result = reasons.result(project)
    missing = tuple(result.get("impact_missing", IMPACT_INPUTS))
    letters = {question: short[0] for question, short in scoring.held(project).items()}
    furthest = scoring.furthest_standard(project)
    asked = scoring.card(project).asked(bool(project.llm))
    unknown = [question for question in asked if letters.get(question.id, "U") in UNKNOWABLE]
    is_known = project.impact is not None and len(missing) < len(IMPACT_INPUTS)
    return Figures(
        risk=None if project.risk is None else round(project.risk),
        trend=_trend(project),
        gaps=_gaps(result) if project.has_critical_gap else "",
        impact=round(project.impact) if project.impact is not None and is_known else None,
        lacks=tuple(IMPACT_INPUTS[name][0] for name in missing),
        lacks_field=IMPACT_INPUTS[missing[0]][1] if missing else "",
        quadrant=_quadrant(project),
        remarks=tuple(_remarks(project, result)),
        to_place=len(reasons.to_place(project)),
        chance=None if project.p_production is None else round(100 * project.p_production),
        is_poor_chance=project.p_production is not None and project.p_production <= POOR_CHANCE,
        ending="" if project.outcome == Outcome.OPEN else project.get_outcome_display(),
        answered=sum(letters.get(question.id, "U") != "U" for question in asked),
        asked=len(asked),
        due=sum(question.is_due(furthest) for question in unknown),
    )


def since(day: date) -> str:
    """A day as a comparison names it: "12 Oct", "Aug", "Aug 2024"."""
    today = timezone.localdate()
    if (today - day).days <= DAYS_BY_DAY:
        return exact(day).rpartition(" ")[0]
    month = MONTHS[day.month - 1]
    return month if (today - day).days < 300 else f"{month} {day.year}"


def _trend(project: Project) -> Trend | None:
    then: float | None = getattr(project, "risk_then", None)
    on: date | None = getattr(project, "risk_then_on", None)
    if then is None or on is None or project.risk is None:
        return None
    change = round(project.risk) - round(then)
    if abs(change) < LEAST_CHANGE:
        return None
    words = f"{'up' if change > 0 else 'down'} {abs(change)} since {since(on)}"
    return Trend(words, "bad" if change > 0 else "good")


def _gaps(result: Mapping[str, Any]) -> str:
    named = ["a critical blocker" if gap == "blocker" else gap for gap in result.get("gaps", ())]
    return ", ".join(named)


def _quadrant(project: Project) -> str:
    if project.quadrant in ("", "intake", "unassessed"):
        return ""
    return quadrants.label(project.quadrant, has_critical_gap=project.has_critical_gap)


def _remarks(project: Project, result: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if project.is_borderline:
        yield "borderline", "Risk or impact is within 3 points of its line: a small change moves it."
    if result.get("is_metric_pending"):
        yield "metric pending", "Nobody can have agreed on a metric yet: its quality is not held against it."
    if project.is_unproven:
        yield "unproven", "Less than half of what has to be known by now is shown."
