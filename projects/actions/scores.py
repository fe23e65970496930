"""Scores: made anew by the action that changes an input, and every night, by the same function."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, cast

from django.db import connection, transaction
from django.utils import timezone

from projects import events, permissions
from projects.actors import Actor
from projects.models import Assessment, Event, Portfolio, Project, Score
from projects.queries import facts, scoring
from projects.rules import quadrants, score_records, scores

# Small enough that its locks are held for a moment only.
CHUNK = 500
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


@dataclass(frozen=True, slots=True)
class Scored:
    """A project with the score of a moment, put on its row and not yet saved."""

    project: Project
    inputs: scores.Inputs
    score: scores.Score
    at: datetime
    quadrant_before: str
    differs: bool

    @property
    def on(self) -> date:
        """The day by the portfolio's clock."""
        return facts.today(self.project, self.at)


@dataclass(frozen=True, slots=True)
class Aged:
    """What a part of the nightly run did; `after` is where the next part begins, None when there is none."""

    after: int | None
    projects: int
    written: int = 0


def refresh(project: Project, *, actor: Actor) -> None:
    """Score a project whose row is locked, at the end of the action that changed an input.

    At most four statements; none when the project has ended, two when its score stays the same.
    """
    scored = put(project, actor=actor)
    if scored is None or not scored.differs:
        return
    project.save(update_fields=COLUMNS)
    keep(scored, actor=actor)


def put(project: Project, *, actor: Actor) -> Scored | None:
    """Put the score of the present moment on a locked row, for an action that saves the row itself.

    None where nothing is scored: a file or the sample that tells of the past is followed by `age`.
    """
    if actor.at is not None or project.has_ended:
        return None
    now = timezone.now()
    return _put(project, scoring.inputs([project], now=now)[0], now)


def keep(scored: Scored, *, actor: Actor) -> None:
    """Write what a score was made of, and the score of the day; two statements, three at a new quadrant."""
    _keep([scored], actor)


def ask(portfolio: Portfolio, *, actor: Actor) -> None:
    """Ask the worker for all scores of a portfolio anew: a line or the scorecard was changed.

    Sides of the old lines say nothing any more.
    """
    Project.objects.filter(portfolio=portfolio).update(high_risk=None, high_impact=None)
    portfolio.scores_asked_at = actor.now()
    portfolio.save(update_fields=["scores_asked_at"])


@transaction.atomic
def age(portfolio_id: int | None, *, actor: Actor, now: datetime, after: int = 0) -> Aged:
    """Score the next projects by id; safe to repeat, in parallel, or to be killed midway."""
    if portfolio_id is None:
        permissions.require(actor, "operations.run")
    else:
        permissions.require(actor, "summary.take", Portfolio.objects.get(pk=portfolio_id))
    projects = scoring.chunk(portfolio_id, after=after, size=CHUNK)
    if not projects:
        return Aged(None, 0)
    made = zip(projects, scoring.inputs(projects, now=now), strict=True)
    scored = [_put(project, inputs, now) for project, inputs in made]
    changed = [each for each in scored if each.differs]
    _save(changed, now)
    _keep(changed, actor)
    return Aged(projects[-1].pk if len(projects) == CHUNK else None, len(projects), len(changed))


def finished(portfolio_id: int, *, asked_at: datetime | None) -> None:
    """All scores asked for at that moment are made; a later request stays."""
    Portfolio.objects.filter(pk=portfolio_id, scores_asked_at=asked_at).update(scores_asked_at=None)


def _put(project: Project, inputs: scores.Inputs, now: datetime) -> Scored:
    card = scoring.card(project)
    score = scores.score(card, inputs)
    before = project.quadrant
    values = _columns(score, inputs)
    differs = project.scored_at is None or any(
        getattr(project, name) != value for name, value in values.items()
    )
    differs = differs or _result_of(project) != _result(score)
    for name, value in values.items():
        setattr(project, name, value)
    project.scored_at = now
    return Scored(project, inputs, score, now, before, differs)


def _columns(score: scores.Score, inputs: scores.Inputs) -> dict[str, Any]:
    return {
        "risk": score.risk,
        "impact": score.impact,
        "p_production": score.p_production,
        "confidence": score.confidence,
        "annual_value": None if inputs.annual_value is None else float(inputs.annual_value),
        "quadrant": score.quadrant,
        "has_critical_gap": score.has_critical_gap,
        "is_borderline": score.is_borderline,
        "is_unproven": score.is_unproven,
        "high_risk": score.sides.high_risk,
        "high_impact": score.sides.high_impact,
    }


def _result(score: scores.Score) -> dict[str, Any]:
    """A score as JSON."""
    return {
        **asdict(score),
        "impact_missing": list(score.impact_missing),
        "gaps": list(score.gaps),
        "sides": list(score.sides),
    }


def _result_of(project: Project) -> dict[str, Any]:
    try:
        return project.assessment.result
    except Assessment.DoesNotExist:
        return {}


def _record(scored: Scored) -> dict[str, Any]:
    return score_records.write(scoring.card(scored.project), scored.inputs)


def _keep(scored: Sequence[Scored], actor: Actor) -> None:
    if not scored:
        return
    records = [_record(each) for each in scored]
    Assessment.objects.bulk_create(
        [_assessment(each, record) for each, record in zip(scored, records, strict=True)],
        update_conflicts=True,
        unique_fields=["project"],
        update_fields=["model_version", "scorecard", "record", "result", "scored_at"],
    )
    Score.objects.bulk_create(
        [
            _of_the_day(each, record)
            for each, record in zip(scored, records, strict=True)
            if _matters(each, actor)
        ],
        update_conflicts=True,
        unique_fields=["project", "on"],
        update_fields=[name for name in _HISTORY if name not in ("project_id", "on")],
    )
    Event.objects.bulk_create(list(_news(scored, actor)))


_HISTORY = (
    "project_id",
    "on",
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


def _assessment(scored: Scored, record: dict[str, Any]) -> Assessment:
    return Assessment(
        project_id=scored.project.pk,
        answers=scoring.held(scored.project),
        model_version=scored.score.model_version,
        scorecard_id=scored.project.portfolio.scorecard_id,
        record=record,
        result=_result(scored.score),
        scored_at=scored.at,
    )


def _of_the_day(scored: Scored, record: dict[str, Any]) -> Score:
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
        record=record,
    )


def _matters(scored: Scored, actor: Actor) -> bool:
    """Ageing alone is worth a row of history once a month, or when it changes the quadrant."""
    is_nightly = actor.is_system and actor.door == "worker"
    return not is_nightly or scored.quadrant_before != scored.score.quadrant or scored.on.day == 1


def _news(scored: Iterable[Scored], actor: Actor) -> Iterable[Event]:
    """A project that changes its quadrant is news; that it gets its first one is not."""
    product = Actor(None, actor.door, request_id=actor.request_id)
    for each in scored:
        before, after = each.quadrant_before, each.score.quadrant
        known = quadrants.QUADRANTS.values()
        if before != after and before in known and after in known:
            yield events.build(
                each.project,
                "score.quadrant_changed",
                product,
                quadrant=[before, after],
                risk=each.score.risk,
            )


def _save(scored: Sequence[Scored], now: datetime) -> None:
    """All rows in one statement: an ORM bulk update takes seconds for what this does in milliseconds."""
    if not scored:
        return
    names = [name for name in COLUMNS if name != "scored_at"]
    kinds = [Project._meta.get_field(name).db_type(connection) for name in names]
    sets = ", ".join(
        f"{name} = CAST(made.column{place} AS {kind})"
        for place, (name, kind) in enumerate(zip(names, kinds, strict=True), 2)
    )
    row = f"({', '.join(['%s'] * (len(names) + 1))})"
    values = [
        value
        for each in scored
        for value in (each.project.pk, *(getattr(each.project, name) for name in names))
    ]
    # Names and types are Django's own; every value is a parameter.
    sql = (
        f"UPDATE projects_project SET scored_at = %s, {sets} "  # noqa: S608
        f"FROM (VALUES {', '.join([row] * len(scored))}) AS made WHERE projects_project.id = made.column1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [now, *values])
