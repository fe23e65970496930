"""A draft of a workflow tried on every running project of a portfolio; nothing is written."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from projects.actors import Actor
from projects.models import Portfolio, Project
from projects.queries import facts, gate_facts
from projects.rules import simulations as rules
from projects.rules.facts import Facts
from projects.rules.simulations import GateTotal, Outcome
from projects.rules.stages import Gate
from projects.rules.workflow import Workflow

# Rows in memory at once; each chunk costs the same number of queries.
CHUNK = 2_000
# As many as are tried while somebody waits; beyond it the first ones stand for all.
MOST_TRIED = 10_000


@dataclass(frozen=True, slots=True)
class Tried:
    """One project and what would become of it."""

    id: int
    key: str
    name: str
    stage: str  # its label today
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Simulation:
    """What a draft would do to a portfolio's projects."""

    total: int
    rows: tuple[Tried, ...]
    gates: tuple[GateTotal, ...]
    counts: Mapping[str, int]  # kind of outcome -> how many projects
    fallen: int  # signatures that would fall away

    @property
    def tried(self) -> int:
        return len(self.rows)

    @property
    def is_partial(self) -> bool:
        return self.tried < self.total

    @property
    def changed(self) -> int:
        """How many projects it would touch."""
        return self.tried - self.counts["same"]

    def of(self, kind: str) -> list[Tried]:
        """The projects of one kind; of none: all that change, the gravest first."""
        if kind:
            return [row for row in self.rows if row.outcome.kind == kind]
        order = {code: place for place, code in enumerate(rules.KINDS)}
        changed = [row for row in self.rows if row.outcome.kind != "same"]
        return sorted(changed, key=lambda row: order[row.outcome.kind])


def projects(portfolio: Portfolio, actor: Actor) -> QuerySet[Project]:
    """The running projects on which this actor may try a draft."""
    return Project.objects.visible_to(actor).running().filter(portfolio=portfolio)


def simulate(
    portfolio: Portfolio, draft: Workflow, actor: Actor, *, now: datetime | None = None
) -> Simulation:
    """Compare the gate ahead of each project with that of the draft; queries grow by the chunk only."""
    rows: list[Tried] = []
    at = now or timezone.now()
    for chunk in _chunks(portfolio, actor):
        rows += _tried(chunk, draft, at)
    outcomes = [row.outcome for row in rows]
    counts = Counter(each.kind for each in outcomes)
    return Simulation(
        total=len(rows) if len(rows) < MOST_TRIED else projects(portfolio, actor).count(),
        rows=tuple(rows),
        gates=rules.totals(outcomes),
        counts={kind: counts[kind] for kind in rules.KINDS},
        fallen=sum(each.fallen for each in outcomes),
    )


def _tried(chunk: Sequence[Project], draft: Workflow, now: datetime) -> list[Tried]:
    places = {
        each.pk: rules.place(each.stage, each.furthest_stage, facts.workflow(each), draft) for each in chunk
    }
    staying = [each for each in chunk if places[each.pk] is None]
    ways = _ways(staying, draft)
    known = gate_facts.singly(staying, lambda project: ways[_from(project)].gates, now=now)
    found = []
    for project in chunk:
        flow, place = facts.workflow(project), places[project.pk]
        if place is None:
            outcome = _outcome(project, draft, ways[_from(project)], known[project.pk])
        else:
            outcome = Outcome("placeless", place=place)
        found.append(Tried(project.pk, project.key, project.name, flow.stage(project.stage).label, outcome))
    return found


class _Way(NamedTuple):
    """The gates ahead of a stage of a workflow, under it and under the draft."""

    gate: Gate | None
    then: Gate | None
    is_changed: bool

    @property
    def gates(self) -> list[Gate]:
        """Those of which facts are needed; the draft's only where it differs."""
        return [each for each in (self.gate, self.then if self.is_changed else None) if each]


def _ways(projects: Sequence[Project], draft: Workflow) -> dict[tuple[int, str], _Way]:
    """Looked up once for each stage: thousands of projects stand in a few."""
    flows = {_from(each): facts.workflow(each) for each in projects}
    return {
        (version, stage): _Way(
            rules.ahead(flow, stage), rules.ahead(draft, stage), rules.is_changed(stage, flow, draft)
        )
        for (version, stage), flow in flows.items()
    }


def _from(project: Project) -> tuple[int, str]:
    return project.workflow_id, project.stage


def _outcome(project: Project, draft: Workflow, way: _Way, known: Sequence[Facts]) -> Outcome:
    before = rules.side(way.gate, known[0], facts.workflow(project)) if way.gate else None
    if not way.is_changed:
        return rules.compare(before, before)
    if way.then is None:
        return rules.compare(before, None)
    # The date that is planned for the gate ahead stays so when the gate gets another code.
    facts_then = replace(known[-1], planned_on={way.then.code: project.gate_planned_on})
    return rules.compare(before, rules.side(way.then, facts_then, draft))


def _chunks(portfolio: Portfolio, actor: Actor) -> Iterator[list[Project]]:
    """Running projects by id, as many as are tried, without the texts that no gate reads."""
    rows = projects(portfolio, actor).defer("search_text", "source").order_by("pk")
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
