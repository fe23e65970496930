"""The roadmap of a portfolio on a day: its projects in flight, and the forecast that their days come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from portfolio.insights.models import PortfolioForecast
from portfolio.insights.queries import pictures
from portfolio.insights.queries.choices import Choice
from portfolio.insights.rules.entries import Entry, Frame
from portfolio.insights.rules.forecast import roadmaps
from projects.models import STANDARD_STAGES, BusinessUnit, Portfolio, Project

IN_FLIGHT = Q(outcome="open") & ~Q(standard_stage="production")


@dataclass(frozen=True, slots=True)
class Source:
    """What the forecast rests on."""

    made_at: datetime
    runs: int
    keys: frozenset[str] = frozenset()
    stays: int = 0
    generated: int = 0
    thin: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Roadmap:
    """Projects in flight on one day; `source` is None where nothing had been forecast by then."""

    frame: Frame
    entries: tuple[Entry, ...]
    source: Source | None
    stages: tuple[str, ...] = field(default=tuple(STANDARD_STAGES))

    @property
    def gaps(self) -> roadmaps.Gaps:
        return roadmaps.gaps(self.entries)

    @property
    def even(self) -> int:
        return sum(map(roadmaps.is_even, self.entries))

    @property
    def promised(self) -> int:
        """How many have a day that was promised and a chance of it."""
        return sum(entry.committed_on is not None and entry.p_on_time is not None for entry in self.entries)

    def is_beyond(self, entry: Entry) -> bool:
        """Whether it was forecast, and no simulated future brought it to production."""
        return entry.p50_on is None and self.source is not None and entry.key in self.source.keys


def of(portfolio: Portfolio, day: date | None, now: datetime, choice: Choice) -> Roadmap | None:
    """The roadmap on a day (None: now); None before the first day that was stored. Five queries at most."""
    picture = pictures.at(portfolio, day, now, choice, IN_FLIGHT)
    if picture is None:
        return None
    rules = portfolio.workflow.rules if portfolio.workflow else None
    stages = [stage.code for stage in rules.stages] if rules else STANDARD_STAGES
    return Roadmap(
        picture.frame,
        roadmaps.in_flight(picture),
        _source(portfolio, picture.frame.day),
        tuple(stages),
    )


def _source(portfolio: Portfolio, day: date) -> Source | None:
    """Without the body's many chances, which no row needs."""
    rows = PortfolioForecast.objects.filter(portfolio=portfolio, day__lte=day).order_by("-day")
    row = rows.values("made_at", "runs", "body__keys", "body__sources").first()
    if row is None:
        return None
    sources: Mapping[str, Any] = row["body__sources"] or {}
    return Source(
        row["made_at"],
        row["runs"],
        frozenset(row["body__keys"] or ()),
        sources.get("stays", 0),
        sources.get("generated", 0),
        tuple(sources.get("thin_stages", ())),
    )


def filters(portfolio: Portfolio) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Business units, and owners of projects in flight, to choose from; two queries."""
    units = BusinessUnit.objects.filter(portfolio=portfolio).order_by("name", "pk").values_list("pk", "name")
    running = Project.objects.running().filter(IN_FLIGHT, portfolio=portfolio, owner__isnull=False)
    owners = running.order_by("owner__name", "owner").values_list("owner", "owner__name").distinct()
    return list(units), [(pk, name) for pk, name in owners if pk is not None]
