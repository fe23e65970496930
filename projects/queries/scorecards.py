"""Scorecard versions of a portfolio, and what a new one would do to its projects."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from projects.models import Assessment, Portfolio, Project, ScorecardVersion
from projects.queries import scoring
from projects.rules import quadrants, scores
from projects.rules.scorecards import Scorecard

# About two seconds on one core; beyond it the first ones stand for all.
MOST_TRIED = 3_000
CHUNK = 500
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Change:
    """A project that would stand elsewhere."""

    key: str
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What a scorecard would do to a portfolio's projects, without doing it."""

    tried: int
    total: int
    changed: tuple[Change, ...]
    ways: tuple[tuple[str, str, int], ...]  # from, to, how many; the most frequent first
    risen: int  # whose risk would be higher, to the point
    fallen: int

    @property
    def shown(self) -> tuple[Change, ...]:
        return self.changed[:SHOWN]

    @property
    def is_partial(self) -> bool:
        return self.tried < self.total


def versions(portfolio: Portfolio) -> QuerySet[ScorecardVersion]:
    """Every version, the newest first."""
    rows = ScorecardVersion.objects.filter(portfolio=portfolio)
    return rows.select_related("published_by").defer("definition")


def trial(portfolio: Portfolio, draft: Scorecard) -> Trial:
    """Score the portfolio's running projects by a draft; the number of queries grows by the chunk."""
    lines = replace(draft.quadrants, risk_line=portfolio.risk_line, impact_line=portfolio.impact_line)
    card = replace(draft, quadrants=lines)
    changed: list[Change] = []
    tried = risen = fallen = 0
    for projects in _chunks(portfolio):
        # Publishing forgets the sides on which projects stood: they are those of another scorecard.
        inputs = [
            replace(each, last=quadrants.NO_SIDES) for each in scoring.inputs(projects, now=timezone.now())
        ]
        for project, score in zip(projects, scores.every(card, inputs), strict=True):
            tried += 1
            risen += project.risk is not None and round(score.risk) > round(project.risk)
            fallen += project.risk is not None and round(score.risk) < round(project.risk)
            before, after = _label(project.quadrant, project.has_critical_gap), _of(score)
            if before != after:
                changed.append(Change(project.key, project.name, before, after))
    ways = Counter((one.before, one.after) for one in changed)
    return Trial(
        tried=tried,
        total=Project.objects.running().filter(portfolio=portfolio).count(),
        changed=tuple(changed),
        ways=tuple((*way, number) for way, number in ways.most_common()),
        risen=risen,
        fallen=fallen,
    )


def _chunks(portfolio: Portfolio) -> Iterator[list[Project]]:
    """Running projects by id with what scores are made of, as many as are tried."""
    rows = Project.objects.running().filter(portfolio=portfolio).order_by("pk")
    rows = rows.prefetch_related(Prefetch("assessment", Assessment.objects.defer("record", "result")))
    after = 0
    for _ in range(MOST_TRIED // CHUNK):
        found = list(rows.filter(pk__gt=after)[:CHUNK])
        for project in found:
            project.portfolio = portfolio
        if found:
            yield found
            after = found[-1].pk
        if len(found) < CHUNK:
            return


def _of(score: scores.Score) -> str:
    return _label(score.quadrant, score.has_critical_gap)


def _label(quadrant: str, has_critical_gap: bool) -> str:
    """A quadrant in words; the gap that speaks against a promise is part of it."""
    return quadrants.label(quadrant, has_critical_gap=has_critical_gap) if quadrant else "Not scored yet"
