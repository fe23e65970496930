"""Blockers as lists and sheets show them: which there are, in which order, and what is to be said of each."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, QuerySet
from django.http import Http404
from django.utils import timezone

from projects.actors import Actor
from projects.models import Blocker, BlockerNote, Project
from projects.models.blockers import POLICY
from projects.queries import holders, reach
from projects.queries.blocker_filters import BlockerFilters, parse
from projects.queries.blocker_lists import RELATED, chosen, listed
from projects.queries.clocks import Clocks
from projects.queries.ready import Ready
from projects.rules import blockers as rules
from projects.rules.blockers import sort_by

__all__ = [
    "BlockerFilters",
    "by_id",
    "chosen",
    "known",
    "listed",
    "notes",
    "of",
    "one",
    "open_of",
    "parse",
    "rows",
    "shared",
    "waiting",
]

# Portfolio blockers are few by their nature; a page shows the first of them.
MOST_SHARED = 100
PEOPLE = ("raised_by", "resolved_by")


@dataclass(frozen=True, slots=True)
class Stopped:
    """A project that a blocker stops, as far as the reader may know of it."""

    id: int
    key: str
    name: str
    p_production: float | None
    annual_value: float | None
    is_running: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A blocker, and what the day makes of it by the portfolio's clock."""

    blocker: Blocker
    home: Stopped | None  # None: the reader knows of another project that it stops, not of its own
    others: tuple[Stopped, ...]
    today: date
    waits_for: tuple[str, ...]  # names of those who hold it now

    @property
    def projects(self) -> tuple[Stopped, ...]:
        """All projects that it stops, its own first."""
        return (*((self.home,) if self.home else ()), *self.others)

    @property
    def last_day(self) -> date:
        """Today, or the day on which it was resolved."""
        return self.blocker.resolved_on or self.today

    @property
    def age_days(self) -> int:
        """Days since it was raised; of a resolved one, the days that it took."""
        return max(0, (self.last_day - self.blocker.raised_on).days)

    @property
    def band(self) -> str:
        """Its band of age in words."""
        return POLICY.band_labels[POLICY.band(self.age_days)]

    @property
    def late_days(self) -> int:
        """Days past the one by which it should be, or should have been, resolved."""
        return max(0, (self.last_day - self.blocker.due_on).days)

    @property
    def days_left(self) -> int:
        """Days until its deadline, 0 when that has come or passed."""
        return max(0, (self.blocker.due_on - self.today).days)

    @property
    def is_response_late(self) -> bool:
        """Whether nobody responded in time; being resolved is a response."""
        return (self.blocker.responded_on or self.last_day) > self.blocker.respond_by

    @property
    def next_level(self) -> int | None:
        """The level of the next step of its clock; None when it is resolved or was the last."""
        return self.blocker.acted + 1 if self.blocker.is_open and self.blocker.next_step_on else None

    @property
    def level_label(self) -> str:
        """Who holds it now, in words."""
        return POLICY.levels[self.blocker.level].label

    @property
    def sort_by(self) -> date | None:
        """Until when it needs a category; None when it has one."""
        return (
            sort_by(POLICY, self.blocker.category, self.blocker.raised_on) if self.blocker.is_open else None
        )

    @property
    def value_held_up(self) -> float | None:
        """Expected annual value of the running projects that it stops; None when none is known."""
        running = [one for one in self.projects if one.is_running]
        return rules.value_held_up((one.p_production, one.annual_value) for one in running)


def rows(blockers: Iterable[Blocker], actor: Actor, *, now: datetime | None = None) -> list[Row]:
    """What is to be said of each of these; a fixed number of queries, whatever their number."""
    blockers, today_at = list(blockers), Clocks(now or timezone.now())
    pairs = _pairs(blockers)
    ids = {one.project_id for one in blockers} | {pk for pks in pairs.values() for pk in pks}
    known = _projects(ids, actor)
    holding = holders.of([Project(pk=one.project_id, portfolio_id=one.portfolio_id) for one in blockers])
    return [
        Row(
            blocker=one,
            home=known.get(one.project_id),
            others=tuple(known[pk] for pk in pairs[one.pk] if pk in known),
            today=today_at.at(one.portfolio.time_zone)[1],
            waits_for=_waits_for(one, holding),
        )
        for one in blockers
    ]


def of(project: Project, actor: Actor, *, now: datetime | None = None) -> list[Row]:
    """What stops a project, those of other projects among them: open ones first, by their day."""
    found = Blocker.objects.stopping(Project.objects.filter(pk=project.pk)).select_related(*RELATED)
    return rows(found.order_by(F("resolved_on").desc(nulls_first=True), "due_on", "pk"), actor, now=now)


def open_of(project: Project, *, now: datetime | None = None) -> list[Row]:
    """What stops a project today, in short: without the other projects and holders; one query."""
    today_at = Clocks(now or timezone.now())
    return [Row(one, None, (), today_at.at(one.portfolio.time_zone)[1], ()) for one in OPEN(project.pk)]


def _open(project: int) -> QuerySet[Blocker]:
    found = Blocker.objects.open().stopping(Project.objects.filter(pk=project))
    return found.select_related(*RELATED).order_by("due_on", "pk")


OPEN = Ready(_open)


def one(blocker_id: int, actor: Actor, *, now: datetime | None = None) -> Row:
    """One blocker with what is to be said of it; 404 for whoever may not know of it."""
    found = Blocker.objects.visible_to(actor).filter(pk=blocker_id)
    found = found.select_related(*RELATED, *PEOPLE, "project__portfolio")
    for row in rows(found, actor, now=now):
        return row
    raise Http404


def by_id(ids: Sequence[int], actor: Actor, *, now: datetime | None = None) -> list[Row]:
    """These blockers, which the actor may see, in this order."""
    found = Blocker.objects.select_related(*RELATED, *PEOPLE).in_bulk(ids)
    return rows([found[pk] for pk in ids if pk in found], actor, now=now)


def known(blocker_id: int, actor: Actor) -> Blocker:
    """A blocker to act on, with its project; 404 for whoever may not know of it."""
    found = Blocker.objects.visible_to(actor).select_related("project").filter(pk=blocker_id).first()
    if found is None:
        raise Http404
    return found


def notes(blocker: Blocker) -> list[BlockerNote]:
    """A blocker's log, the newest line first; one query."""
    return list(BlockerNote.objects.filter(blocker=blocker).select_related("author"))


def shared(actor: Actor, portfolio: str = "", *, now: datetime | None = None) -> list[Row]:
    """Open portfolio blockers, the one that holds up most first; of one portfolio or of all."""
    asked = BlockerFilters(portfolio=portfolio, shared="yes", sort="-value")
    return rows(listed(asked, actor, now=now)[:MOST_SHARED], actor, now=now)


def waiting(actor: Actor, *, now: datetime | None = None) -> list[Row]:
    """Open blockers that somebody owns, or that have risen to a level that they hold, by their day."""
    found = chosen(BlockerFilters(waits="me"), actor)
    return rows(found.select_related(*RELATED).order_by("due_on", "pk"), actor, now=now)


def _pairs(blockers: Iterable[Blocker]) -> dict[int, list[int]]:
    """The other projects that each blocker stops."""
    found: dict[int, list[int]] = defaultdict(list)
    pairs = Blocker.affected.through.objects.filter(blocker__in=[one.pk for one in blockers])
    for blocker_id, project_id in pairs.order_by("project").values_list("blocker", "project"):
        found[blocker_id].append(project_id)
    return found


def _projects(ids: Iterable[int], actor: Actor) -> dict[int, Stopped]:
    """These projects, as far as the actor may know of them."""
    seen = reach.of(actor).filter(pk__in=list(ids))
    columns = ("pk", "key", "name", "p_production", "annual_value", "outcome", "archived_at")
    return {
        pk: Stopped(pk, key, name, p, value, archived_at is None and outcome not in ("retired", "stopped"))
        for pk, key, name, p, value, outcome, archived_at in seen.values_list(*columns)
    }


def _waits_for(blocker: Blocker, holding: holders.Holders) -> tuple[str, ...]:
    if not blocker.is_open:
        return ()
    if blocker.level == 0:
        owner = blocker.shared_owner if blocker.is_shared else blocker.owner
        return (owner.name,) if owner else ()
    place = Project(pk=blocker.project_id, portfolio_id=blocker.portfolio_id)
    return tuple(person.name for person in holding.at(place, blocker.level))
