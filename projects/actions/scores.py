"""Scores: made anew by the action that changes an input, and every night, by the same function."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from projects import events, permissions
from projects.actions import _scored
from projects.actions._scored import COLUMNS, Scored
from projects.actors import Actor
from projects.models import Event, Portfolio, Project
from projects.queries import scoring
from projects.rules import quadrants

__all__ = ["COLUMNS", "Aged", "Scored", "age", "ask", "finished", "keep", "put", "refresh", "refresh_all"]

# Small enough that its locks are held for a moment only.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Aged:
    """What a part of the nightly run did; `after` is where the next part begins, None when there is none."""

    after: int | None
    projects: int
    written: int = 0


def refresh(project: Project, *, actor: Actor) -> None:
    """Score a project whose row is locked, at the end of the action that changed an input.

    One statement when its score stays the same and none when it is not scored; else three or four more.
    """
    scored = put(project, actor)
    if scored is not None and scored.differs:
        project.save(update_fields=COLUMNS)
        Event.objects.bulk_create(keep(scored, actor))


def put(project: Project, actor: Actor) -> Scored | None:
    """Put the score of the present moment on a locked row, for an action that saves the row itself.

    None where nothing is scored: ended projects keep their last score, those put away are looked at when
    they come back, and what a file or the sample tells of the past is followed by `age`.
    """
    if actor.at is not None or not project.is_running:
        return None
    now = timezone.now()
    (inputs,) = scoring.inputs([project], now=now)
    return _scored.put(project, inputs, now)


def keep(scored: Scored, actor: Actor) -> list[Event]:
    """Write what a score was made of and the score of the day; gives the news of it, not yet saved."""
    _scored.keep([scored])
    return list(_news([scored], actor))


def refresh_all(projects: Sequence[Project], *, actor: Actor) -> None:
    """Score many projects, just added or locked; a fixed number of statements for each chunk."""
    if actor.at is not None:
        return
    running = [project for project in projects if project.is_running]
    for start in range(0, len(running), CHUNK):
        _write(running[start : start + CHUNK], actor, timezone.now(), by_time=False)


@transaction.atomic
def age(portfolio_id: int, *, actor: Actor, now: datetime, after: int = 0) -> Aged:
    """Score the next projects by id; safe to repeat, in parallel, or to be killed midway."""
    portfolio = Portfolio.objects.get(pk=portfolio_id)
    permissions.require(actor, "summary.take", portfolio)
    projects = scoring.chunk(portfolio, after=after, size=CHUNK)
    if not projects:
        return Aged(None, 0)
    written = _write(projects, actor, now, by_time=True)
    return Aged(projects[-1].pk if len(projects) == CHUNK else None, len(projects), written)


def ask(portfolio: Portfolio, at: datetime) -> None:
    """Ask the worker for all scores of a portfolio anew, for an action that changed a line or the scorecard.

    Until they are there, the sides on which projects stood say nothing: they are those of the old lines.
    """
    portfolio.scores_asked_at = at
    portfolio.save(update_fields=["scores_asked_at"])


def finished(portfolio_id: int, begun_at: datetime) -> None:
    """All scores were made by a run that began then; who asked later is still to be answered."""
    asked = Portfolio.objects.filter(pk=portfolio_id, scores_asked_at__lte=begun_at)
    asked.update(scores_asked_at=None)


def _write(projects: Sequence[Project], actor: Actor, now: datetime, *, by_time: bool) -> int:
    """Score projects and write those whose scores differ; how many those are."""
    made = zip(projects, scoring.inputs(projects, now=now), strict=True)
    scored = [_scored.put(project, inputs, now) for project, inputs in made]
    changed = [each for each in scored if each.has_new_result]
    if changed:
        _scored.save(changed)
        _scored.keep(changed, by_time=by_time)
        Event.objects.bulk_create(_news(changed, actor))
    return len(changed)


def _news(scored: Iterable[Scored], actor: Actor) -> Iterable[Event]:
    """A project that changes its quadrant is news; that it gets its first one is not."""
    product = Actor(None, actor.door, request_id=actor.request_id)
    known = quadrants.QUADRANTS.values()
    for each in scored:
        before, after = each.quadrant_before, each.score.quadrant
        if before != after and before in known and after in known:
            said = {"quadrant": [before, after], "risk": each.score.risk}
            yield events.build(each.project, "score.quadrant_changed", product, **said)
