"""The report on blockers: how many are open how long, how many end in time, how long they take."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from projects.actors import Actor
from projects.models import Blocker, Project
from projects.models.blockers import POLICY
from projects.models.projects import ProjectQuerySet
from projects.queries import blocker_lists, reach
from projects.queries.blocker_filters import BlockerFilters
from projects.queries.clocks import Clocks
from projects.rules import survivals
from projects.rules.survivals import Stay


@dataclass(frozen=True, slots=True)
class Figures:
    """What can be said of some blockers; None: not known yet."""

    bands: tuple[int, ...]  # open ones by band of age
    in_time: int  # resolved by the day by which they should be
    judged: int  # those, and all that are or were too late
    late_responses: int
    median_days: int | None  # to resolve, open ones counted as they last
    value_held_up: dict[str, float]  # by currency; each project once

    @property
    def open(self) -> int:
        """How many are open."""
        return sum(self.bands)

    @property
    def hit_rate(self) -> float | None:
        """The share resolved in time; an open one that is past its day has missed it."""
        return self.in_time / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class Line:
    """One category."""

    code: str
    label: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Report:
    """All categories in their order, and the whole."""

    bands: tuple[str, ...]
    lines: tuple[Line, ...]
    total: Figures


class _Case(NamedTuple):
    """A blocker as the report counts it."""

    pk: int
    category: str
    days: int
    is_over: bool
    is_open: bool
    in_time: bool
    is_late: bool
    response_is_late: bool


class _Worth(NamedTuple):
    currency: str
    value: float


def report(filters: BlockerFilters, actor: Actor, *, now: datetime | None = None) -> Report:
    """The report on what passes these filters, open and resolved alike; a fixed number of queries."""
    now = now or timezone.now()
    cases = _cases(replace(filters, state="all"), actor, now)
    held_up = _held_up(replace(filters, state="open"), actor, now)
    by_category: dict[str, list[_Case]] = defaultdict(list)
    for case in cases:
        by_category[case.category].append(case)
    lines = [
        Line(kind.code, kind.label, _figures(by_category[kind.code], held_up)) for kind in POLICY.categories
    ]
    return Report(POLICY.band_labels, tuple(lines), _figures(cases, held_up))


def _figures(cases: Sequence[_Case], held_up: dict[int, dict[int, _Worth]]) -> Figures:
    bands = [0] * len(POLICY.band_labels)
    waiting: dict[int, _Worth] = {}
    for case in cases:
        if case.is_open:
            bands[POLICY.band(case.days)] += 1
            waiting |= held_up.get(case.pk, {})
    value: dict[str, float] = defaultdict(float)
    for worth in waiting.values():
        value[worth.currency] += worth.value
    in_time = sum(case.in_time for case in cases)
    return Figures(
        bands=tuple(bands),
        in_time=in_time,
        judged=in_time + sum(case.is_late for case in cases),
        late_responses=sum(case.response_is_late for case in cases),
        median_days=survivals.median(Stay(case.days, "resolved" if case.is_over else "") for case in cases),
        value_held_up=dict(value),
    )


COLUMNS = ("pk", "category", "raised_on", "due_on", "resolved_on", "respond_by", "responded_on")
PLACE = ("portfolio__time_zone", "project__ended_at", "project__archived_at")


def _cases(filters: BlockerFilters, actor: Actor, now: datetime) -> list[_Case]:
    """What the figures are made of; one that its project's end cut off lasted until then and is not open."""
    today_at, found = Clocks(now), []
    rows = blocker_lists.chosen(filters, actor, now=now).order_by().values_list(*COLUMNS, *PLACE)
    for pk, category, raised, due, resolved, respond_by, responded, zone_name, ended, archived in rows:
        zone, today = today_at.at(zone_name)
        cut = min((at.astimezone(zone).date() for at in (ended, archived) if at), default=None)
        is_open = resolved is None and cut is None
        last: date = resolved or max(cut or today, raised)
        is_late = last > due and (is_open or resolved is not None)
        found.append(
            _Case(
                pk=pk,
                category=category,
                days=max(0, (last - raised).days),
                is_over=resolved is not None,
                is_open=is_open,
                in_time=resolved is not None and resolved <= due,
                is_late=is_late,
                response_is_late=(responded or last) > respond_by,
            )
        )
    return found


def _held_up(filters: BlockerFilters, actor: Actor, now: datetime) -> dict[int, dict[int, _Worth]]:
    """Blocker -> the running projects that it stops, with what each is expected to be worth."""
    found: dict[int, dict[int, _Worth]] = defaultdict(dict)
    rows = blocker_lists.chosen(filters, actor, now=now).order_by()
    others = Blocker.affected.through.objects.filter(blocker__in=rows.values("pk")).order_by()
    stopped = Q(pk__in=rows.values("project")) | Q(pk__in=others.values("project"))
    worth = _worth(reach.of(actor).filter(stopped))
    for pk, project_id in chain(rows.values_list("pk", "project"), others.values_list("blocker", "project")):
        if project_id in worth:
            found[pk][project_id] = worth[project_id]
    return found


def _worth(projects: ProjectQuerySet) -> dict[int, _Worth]:
    """What is expected of running projects, where that is known."""
    running = projects.filter(pk__in=Project.objects.running().values("pk"))
    rows = running.order_by().values_list("pk", "portfolio__currency", "p_production", "annual_value")
    return {
        pk: _Worth(currency, p * value)
        for pk, currency, p, value in rows
        if p is not None and value is not None
    }
