"""A score that was just made: put on the project's row, kept beside the answers and in the history."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cached_property
from typing import Any, cast

from projects.actions import _bulk
from projects.models import Assessment, Project, Score
from projects.queries import facts, scoring
from projects.rules import score_records, scores

# What a score writes on the project's row.
COLUMNS = (
    "risk",
    "impact",
    "p_production",
    "confidence",
    "annual_value",
    "quadrant",
    "has_critical_gap",
    "is_borderline",
    "is_unproven",
    "high_risk",
    "high_impact",
    "scored_at",
)
# What a score writes beside the answers, which are no affair of its own.
MADE = ("model_version", "scorecard", "record", "result", "scored_at")
OF_THE_DAY = (
    "at",
    "model_version",
    "scorecard",
    "risk",
    "impact",
    "p_production",
    "confidence",
    "quadrant",
    "has_critical_gap",
    "pitfalls",
    "record",
)


@dataclass(frozen=True)
class Scored:
    """A project with the score of a moment on its row, not yet saved, and what was known before."""

    project: Project
    assessment: Assessment
    inputs: scores.Inputs
    score: scores.Score
    result: dict[str, Any]
    at: datetime
    quadrant_before: str
    made_before: datetime | None
    has_new_result: bool

    @cached_property
    def record(self) -> dict[str, Any]:
        """What the score was made of."""
        return score_records.write(scoring.card(self.project), self.inputs)

    @property
    def differs(self) -> bool:
        """Whether anything has to be written; the same score of other answers has to be, too."""
        return self.has_new_result or self.assessment.record != self.record

    @property
    def on(self) -> date:
        """The day by the portfolio's clock."""
        return facts.today(self.project, self.at)

    @property
    def matters_in_time(self) -> bool:
        """Ageing alone is worth a row of history once a month, at a new quadrant and by a new scorecard."""
        if self.made_before is None or self.quadrant_before != self.score.quadrant:
            return True
        before = facts.today(self.project, self.made_before)
        is_first_of_month = (before.year, before.month) != (self.on.year, self.on.month)
        return is_first_of_month or self.assessment.model_version != self.score.model_version


def put(project: Project, inputs: scores.Inputs, at: datetime) -> Scored:
    """Score a project and put the result on its row."""
    score, known = scores.score(scoring.card(project), inputs), scoring.assessment(project)
    columns, result = _columns(score, inputs), _result(score)
    is_new = known.result != result
    is_new = is_new or any(getattr(project, name) != value for name, value in columns.items())
    scored = Scored(project, known, inputs, score, result, at, project.quadrant, project.scored_at, is_new)
    for name, value in columns.items():
        setattr(project, name, value)
    project.scored_at = at
    return scored


def _columns(score: scores.Score, inputs: scores.Inputs) -> dict[str, Any]:
    return {
        "risk": score.risk,
        "impact": score.impact,
        "p_production": score.p_production,
        "confidence": score.confidence,
        "annual_value": inputs.annual_value,
        "quadrant": score.quadrant,
        "has_critical_gap": score.has_critical_gap,
        "is_borderline": score.is_borderline,
        "is_unproven": score.is_unproven,
        "high_risk": score.sides.high_risk,
        "high_impact": score.sides.high_impact,
    }


def _result(score: scores.Score) -> dict[str, Any]:
    """A score as JSON gives it back."""
    said = {field.name: getattr(score, field.name) for field in fields(score)}
    return said | {
        "pitfalls": dict(score.pitfalls),
        "impact_missing": list(score.impact_missing),
        "sides": list(score.sides),
        "gaps": list(score.gaps),
    }


def keep(scored: Sequence[Scored], *, by_time: bool = False) -> None:
    """Write what scores were made of, and those of the day that matter; two statements for any number."""
    days = [_of_the_day(each) for each in scored if not by_time or each.matters_in_time]
    rows = [_assessment(each) for each in scored]
    _bulk.put(rows, ("project", "answers", *MADE), unique=["project"], changed=MADE)
    _bulk.put(days, ("project", "on", *OF_THE_DAY), unique=["project", "on"], changed=OF_THE_DAY)
    for each, row in zip(scored, rows, strict=True):
        each.project.assessment = row


def _assessment(scored: Scored) -> Assessment:
    row = scored.assessment
    row.model_version = scored.score.model_version
    row.scorecard_id = scored.project.portfolio.scorecard_id
    row.record = scored.record
    row.result = scored.result
    row.scored_at = scored.at
    return row


def _of_the_day(scored: Scored) -> Score:
    score = scored.score
    return Score(
        project_id=scored.project.pk,
        on=scored.on,
        at=scored.at,
        model_version=score.model_version,
        scorecard_id=cast(int, scored.project.portfolio.scorecard_id),
        risk=score.risk,
        impact=score.impact,
        p_production=score.p_production,
        confidence=score.confidence,
        quadrant=score.quadrant,
        has_critical_gap=score.has_critical_gap,
        pitfalls=dict(score.pitfalls),
        record=scored.record,
    )


def save(scored: Sequence[Scored]) -> None:
    """Write many projects' rows."""
    _bulk.update([each.project for each in scored], COLUMNS)
