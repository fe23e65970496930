"""Arrivals: many projects that a file brings at once, each at the stage that the file reports."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db import transaction

from projects import events, permissions
from projects.actions import _locks, _stays, moves, projects, scores
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Event, Move, Portfolio, Project, Spell
from projects.queries import facts
from projects.rules import moves as rules


@dataclass(frozen=True, slots=True)
class Entry:
    """When a source says that a stage was entered; precision is day, month or year."""

    stage: str
    at: datetime
    precision: str = "day"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A project that a source reports: its facts, its stage or its end, and the dates that are known."""

    name: str
    stage: str
    outcome: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    ended_at: datetime | None = None


@transaction.atomic
def bring_in(portfolio_id: int, *, arrivals: Sequence[Arrival], source: str, actor: Actor) -> list[Project]:
    """Add projects where their source says that they are; a fixed number of statements for each kind of row.

    Gates are not examined: each project has one reported move with what they would have found.
    """
    portfolio = (
        Portfolio.objects.select_for_update(of=("self",)).select_related("workflow").get(pk=portfolio_id)
    )
    permissions.require(actor, "project.create", portfolio)
    permissions.require(actor, "stage.report", portfolio)
    if portfolio.archived_at:
        raise Refused(f"{portfolio.name} is archived. Choose another portfolio.", code="portfolio_archived")
    added = [_Added(portfolio, arrival, source, actor) for arrival in arrivals]
    Project.objects.bulk_create([each.project for each in added])
    Spell.objects.bulk_create([spell for each in added for spell in each.spells()])
    moved = [each for each in added if each.move]
    Move.objects.bulk_create([each.move for each in moved if each.move])
    Event.objects.bulk_create([event for each in added for event in each.events()])
    scores.refresh_all([each.project for each in added], actor=actor)
    return [each.project for each in added]


@transaction.atomic
def restate(project_id: int, *, cells: dict[str, str], actor: Actor) -> Project:
    """Keep, word for word, what a source says of a project and no field holds."""
    project = _locks.project(project_id, even_archived=True)
    permissions.require(actor, "stage.report", project)
    before = project.source
    if before == cells:
        return project
    project.source, project.version = cells, project.version + 1
    project.save(update_fields=["source", "version"])
    changed = {
        f"source: {name}": [before.get(name, ""), cells.get(name, "")]
        for name in sorted({*before, *cells})
        if before.get(name) != cells.get(name)
    }
    events.record(project, "project.edited", actor, changes=changed, version=project.version)
    return project


class _Added:
    """The rows of one arrival, made before any of them is written."""

    def __init__(self, portfolio: Portfolio, arrival: Arrival, source: str, actor: Actor) -> None:
        self.arrival, self.now = arrival, actor.now()
        self.origin = moves.Origin(actor, source=source)
        self.request = rules.MoveRequest(
            kind="report", to=arrival.stage, outcome=arrival.outcome, requested_by=actor.user_id
        )
        self.project = projects.start(
            portfolio,
            name=arrival.name,
            created_at=self.now,
            created_by_id=actor.user_id,
            **arrival.fields,
        )
        self.plan = rules.plan(
            facts.workflow(self.project),
            facts.position(self.project),
            self.request,
            facts.facts_with(self.project, {}),
            today=facts.today(self.project, self.now),
        )
        self.entries = self._known()
        self.move = None if self.plan.no_change else self._move()
        if self.move is None and self._is_dated:
            self.project.stage_since = self.entries[-1].at

    def _known(self) -> list[Entry]:
        """Entries up to the present stage, in its order and not after each other's time or the present."""
        index = facts.workflow(self.project).index
        known: list[Entry] = []
        for entry in sorted(self.arrival.entries, key=lambda entry: (-index(entry.stage), entry.at)):
            later = known[-1].at if known else self.now
            fits = index(entry.stage) <= index(self.arrival.stage) and entry.at <= later
            if fits and entry.stage not in {each.stage for each in known}:
                known.append(entry)
        return known[::-1]

    def _move(self) -> Move:
        if self.plan.obstacles:
            raise moves.refusal(self.project, self.plan)
        since = self.entries[-1].at if self._is_dated else self.now
        _stays.put(self.project, self.plan, now=self.now, since=since, shift=self._stayed())
        if self.project.has_ended:
            self.project.ended_at = min(self.arrival.ended_at or self.now, self.now)
        return moves.row(self.project, self.plan, self.request, self.origin)

    def _stayed(self) -> timedelta:
        """Time in earlier stages that count as the same standard stage as the present one."""
        stage = facts.workflow(self.project).stage
        standard = stage(self.plan.to_stage).standard
        same = [pair for pair in pairwise(self.entries) if stage(pair[0].stage).standard == standard]
        return sum((left.at - entry.at for entry, left in same), timedelta())

    @property
    def _is_dated(self) -> bool:
        """Whether it is known when the present stage began."""
        return bool(self.entries) and self.entries[-1].stage == self.plan.to_stage

    def spells(self) -> list[Spell]:
        """Stays between two known dates, and the present one, which began now if nobody says when."""
        stays = [self._spell(entry, left.at) for entry, left in pairwise(self.entries)]
        last = self.entries[-1] if self._is_dated else Entry(self.project.stage, self.now)
        if not self.project.has_ended:
            stays.append(self._spell(last, None))
        elif self._is_dated and self.arrival.ended_at and self.arrival.ended_at >= last.at:
            stays.append(self._spell(last, self.project.ended_at))
        return stays

    def _spell(self, entry: Entry, left_at: datetime | None) -> Spell:
        return Spell(
            project=self.project,
            stage=entry.stage,
            standard_stage=facts.workflow(self.project).stage(entry.stage).standard,
            entered_at=entry.at,
            precision=entry.precision,
            left_at=left_at,
            cause="report" if left_at else "",
        )

    def events(self) -> list[Event]:
        """What happened: added, and reported at a stage."""
        made = events.build(
            self.project, "project.created", self.origin.actor, name=self.project.name, key=self.project.key
        )
        if not self.move:
            return [made]
        said = moves.payload(self.project, self.plan, self.request, self.origin, self.move)
        return [made, events.build(self.project, "stage.reported", self.origin.actor, **said)]
