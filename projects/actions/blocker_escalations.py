"""How far a blocker has risen: by its clock, by hand, back down, and later by leave of level 2."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from projects import events, permissions
from projects.actions import _blockers, _locks, flags
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Blocker, Event, Project
from projects.models.blockers import POLICY
from projects.queries import clocks as day_clocks
from projects.queries import holders
from projects.rules import blocker_checks, clocks
from projects.rules import blockers as rules
from projects.rules.facts import Obstacle

# Small enough that its locks are held for a moment only.
CHUNK = 500
COLUMNS = ("level", "acted", "next_step_on")
# The day begins somewhere on earth up to so much before it does in UTC.
FARTHEST_EAST = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Risen:
    """What a part of the run did; `after` is where the next part begins, None when there is none."""

    after: int | None
    blockers: int = 0
    steps: int = 0


@transaction.atomic
def escalate(blocker_id: int, *, to: int, actor: Actor) -> Blocker:
    """Take a blocker to a higher level by hand; its clock does not repeat the steps up to there."""
    held = _blockers.lock(blocker_id, actor)
    permissions.require(actor, "blocker.edit", held.project)
    blocker = held.blocker
    _blockers.refuse_resolved(blocker)
    top = len(POLICY.levels) - 1
    if not blocker.level < to <= top:
        remedy = f"Give a level up to {top}." if blocker.level < top else "There is none above."
        found = Obstacle("not_higher", f"It is at level {blocker.level}.", remedy, "to")
        raise Refused(f"{found.message} {found.remedy}", code="not_higher", obstacles=[found])
    before = blocker.level
    escalation = clocks.raised_to(_blockers.escalation_of(blocker), to)
    _blockers.put(blocker, _blockers.clock_of(blocker), escalation)
    _blockers.save(blocker, *COLUMNS)
    said = _blockers.step(blocker, held.project, to, holders.of([held.project]))
    _blockers.record(held, _blockers.ESCALATED, actor, **said, came_from=before, by_hand=True)
    flags.refresh(held.project, actor=actor, says=True)
    return blocker


@transaction.atomic
def set_back(blocker_id: int, *, to: int, actor: Actor) -> Blocker:
    """Give a blocker back to a lower level, as one of those who hold it; it rises with the next step."""
    held = _blockers.lock(blocker_id, actor)
    permissions.require(actor, "blocker.edit", held.project)
    blocker = held.blocker
    _blockers.refuse_resolved(blocker)
    roles = _stands_for(actor, held)
    _refuse(rules.set_back_obstacles(POLICY, level=blocker.level, to=to, held=roles))
    before, clock = blocker.level, _blockers.clock_of(blocker)
    _blockers.put(blocker, clock, clocks.set_back(clock, _blockers.escalation_of(blocker), to, held.today))
    _blockers.save(blocker, *COLUMNS)
    _blockers.record(held, "blocker.set_back", actor, level=[before, to])
    flags.refresh(held.project, actor=actor, says=True)
    return blocker


@transaction.atomic
def extend(blocker_id: int, *, due_on: date, actor: Actor) -> Blocker:
    """Set a later deadline, as the sponsor or the board; the steps to come keep their distance from it."""
    held = _blockers.lock(blocker_id, actor)
    permissions.require(actor, "blocker.edit", held.project)
    blocker = held.blocker
    _blockers.refuse_resolved(blocker)
    _refuse(rules.extend_obstacles(POLICY, held=_stands_for(actor, held)))
    earliest = max(held.today, blocker.due_on + timedelta(1))
    latest = blocker_checks.LATEST
    _blockers.refuse(blocker_checks.day_obstacles(due_on, "due_on", earliest=earliest, latest=latest))
    before = blocker.due_on
    clock = clocks.extend(POLICY, _blockers.clock_of(blocker), due_on)
    _blockers.put(blocker, clock, _blockers.escalation_of(blocker))
    _blockers.save(blocker, *_blockers.CLOCK)
    _blockers.record(held, "blocker.extended", actor, due_on=[before.isoformat(), due_on.isoformat()])
    _blockers.rescore(held, held.others.values(), actor)
    return blocker


@transaction.atomic
def rise(*, actor: Actor, now: datetime, after: int = 0) -> Risen:
    """Take the steps that are due, of the next blockers by id; each once, however often this is run.

    Reads without a lock, then looks again under the locks of the projects.
    """
    permissions.require(actor, "operations.run")
    due = Blocker.objects.rising(by=(now + FARTHEST_EAST).date()).filter(pk__gt=after)
    found = list(due.order_by("pk").values_list("pk", "project_id")[:CHUNK])
    if not found:
        return Risen(None)
    projects = _locks.projects({project_id for _, project_id in found})
    rows = Blocker.objects.open().select_for_update(of=("self",)).order_by("pk")
    rows = rows.filter(pk__in=[pk for pk, _ in found], project__in=projects)
    risen, told = _take_steps(rows, projects, now, actor)
    Blocker.objects.bulk_update(risen, COLUMNS)
    Event.objects.bulk_create(told)
    return Risen(found[-1][0] if len(found) == CHUNK else None, len(risen), len(told))


def _take_steps(
    rows: Iterable[Blocker], projects: dict[int, Project], now: datetime, actor: Actor
) -> tuple[list[Blocker], list[Event]]:
    """Put the steps due by each portfolio's clock on locked rows; their events, not yet saved."""
    today_at, risen, told = day_clocks.Clocks(now), [], []
    people = holders.of(projects.values())
    for row in rows:
        project = projects[row.project_id]
        _, today = today_at.at(project.portfolio.time_zone)
        steps = _blockers.put_steps(row, _blockers.clock_of(row), _blockers.escalation_of(row), today)
        if steps:
            risen.append(row)
            said = [_blockers.step(row, project, level, people) for level in steps]
            told += [events.build(project, _blockers.ESCALATED, actor, **each) for each in said]
    return risen, told


def _stands_for(actor: Actor, held: _blockers.Held) -> frozenset[str]:
    """The roles in which somebody can decide on this project; the product itself decides nothing."""
    return frozenset() if actor.user is None else permissions.stands_for(actor.user, held.project)


def _refuse(found: Iterable[Obstacle]) -> None:
    """A role that is missing is about the person (403), anything else about the blocker (409)."""
    for obstacle in found:
        if obstacle.code == "level_needed":
            raise NotAllowed(f"{obstacle.message} {obstacle.remedy}", code=obstacle.code)
        raise Refused(f"{obstacle.message} {obstacle.remedy}", code=obstacle.code, obstacles=[obstacle])
