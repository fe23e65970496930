"""A blocker and the projects that it stops, locked for a change; its clock as the rules read it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from projects import events, permissions
from projects.actions import _locks, flags, scores
from projects.actors import Actor
from projects.errors import Refused, Stale
from projects.models import Blocker, Event, Project
from projects.models.blockers import POLICY
from projects.queries import facts, holders
from projects.rules import clocks
from projects.rules.clocks import Clock, Escalation
from projects.rules.facts import Obstacle

CLOCK = ("respond_by", "due_on", "step_1_on", "step_2_on", "step_3_on", "level", "acted", "next_step_on")
# What was said cannot be kept; every other code speaks of the blocker's state.
WRONG = "blocker_refused"
ESCALATED = "blocker.escalated"
STEPS = ("step_1_on", "step_2_on", "step_3_on")


@dataclass(frozen=True, slots=True)
class Held:
    """A locked blocker, its project, the other projects that it stops, and the portfolio's day."""

    blocker: Blocker
    project: Project
    others: dict[int, Project]
    today: date

    def keys(self, ids: set[int]) -> list[str]:
        """The keys of those of the other projects that are among these."""
        return [one.key for pk, one in sorted(self.others.items()) if pk in ids]


def lock(blocker_id: int, actor: Actor, *, also: Iterable[int] = ()) -> Held:
    """Lock what a blocker touches, and the projects `also`: projects by id, then the blocker."""
    known = Blocker.objects.only("project_id").get(pk=blocker_id)
    stopped = set(known.affected.order_by().values_list("pk", flat=True))
    projects = _locks.projects({known.project_id, *stopped, *also})
    if known.project_id not in projects:
        raise Blocker.DoesNotExist
    project = projects.pop(known.project_id)
    refuse_archived(project)
    blocker = Blocker.objects.select_for_update(of=("self",)).get(pk=blocker_id)
    if set(blocker.affected.order_by().values_list("pk", flat=True)) - stopped:
        raise Stale("Somebody changed this blocker at the same moment. Look at it again.", code="stale")
    blocker.project, blocker.portfolio = project, project.portfolio
    return Held(blocker, project, projects, facts.today(project, actor.now()))


def refuse_archived(project: Project) -> None:
    """What is archived is not changed."""
    if project.archived_at:
        raise Refused(f"{project.key} is archived. Take it out of the archive first.", code="archived")


def refuse(found: Sequence[Obstacle], *, code: str = WRONG) -> None:
    """Refuse with every obstacle, if there is one."""
    if found:
        message = " ".join([found[0].message, found[0].remedy]) if len(found) == 1 else "Nothing was stored."
        raise Refused(message, code=code, obstacles=found)


def refuse_resolved(blocker: Blocker) -> None:
    """What is resolved stays as it is until somebody opens it again."""
    if not blocker.is_open:
        raise Refused("This blocker is resolved. Open it again first.", code="resolved")


def clock_of(blocker: Blocker) -> Clock:
    """The clock that a row holds."""
    steps = (getattr(blocker, name) for name in STEPS)
    return Clock(
        blocker.severity,
        blocker.raised_on,
        blocker.respond_by,
        blocker.due_on,
        tuple(day for day in steps if day is not None),
    )


def escalation_of(blocker: Blocker) -> Escalation:
    """How far a row has risen."""
    return Escalation(blocker.level, blocker.acted)


def put(blocker: Blocker, clock: Clock, escalation: Escalation) -> None:
    """Put a clock on a row, not yet saved; `CLOCK` names what may have changed."""
    blocker.severity, blocker.raised_on = clock.severity, clock.raised_on
    blocker.respond_by, blocker.due_on = clock.respond_by, clock.due_on
    for place, name in enumerate(STEPS):
        setattr(blocker, name, clock.steps_on[place] if place < len(clock.steps_on) else None)
    blocker.level, blocker.acted = escalation.level, escalation.acted
    # Of the next step that nobody has acted on, even if its day is over.
    blocker.next_step_on = next(iter(clock.steps_on[escalation.acted :]), None)


def put_steps(blocker: Blocker, clock: Clock, escalation: Escalation, today: date) -> tuple[int, ...]:
    """Put a clock on a row together with the steps that are due today; the steps, to be told."""
    steps = clocks.steps_due(clock, escalation, today)
    put(blocker, clock, clocks.after(escalation, steps))
    return steps


def save(blocker: Blocker, *columns: str) -> None:
    """Save these columns of a row as its next version."""
    blocker.version += 1
    blocker.save(update_fields=[*columns, "version"])


def record(held: Held, kind: str, actor: Actor, **payload: Any) -> Event:
    """Write what happened to a blocker into its project's history."""
    blocker = held.blocker
    # Not `version`: that is the project's own.
    said = {"blocker": blocker.pk, "title": blocker.title, "blocker_version": blocker.version}
    return events.record(held.project, kind, actor, **said | payload)


def tell(held: Held, steps: Iterable[int], actor: Actor) -> None:
    """One event for each step of the clock, which the product takes and not a person."""
    if steps := tuple(steps):
        people = holders.of([held.project])
        product = Actor(None, actor.door, request_id=actor.request_id, at=actor.at)
        for level in steps:
            record(held, ESCALATED, product, **step(held.blocker, held.project, level, people))


def step(blocker: Blocker, project: Project, level: int, people: holders.Holders) -> dict[str, Any]:
    """What the event of a step says; it names whom to tell."""
    return {
        "blocker": blocker.pk,
        "title": blocker.title,
        "severity": blocker.severity,
        "level": level,
        "step": level,
        "people": told(blocker, project, level, people),
        "project": project.key,
    }


def told(blocker: Blocker, project: Project, level: int, people: holders.Holders) -> list[int]:
    """Whom a step tells: the holders of its level, and who answers for a portfolio blocker."""
    found = [person.id for person in people.at(project, level)]
    if blocker.shared_owner_id and blocker.shared_owner_id not in found:
        found.append(blocker.shared_owner_id)
    return found


def rescore(held: Held, others: Iterable[Project], actor: Actor, *, says: bool = True) -> None:
    """Scores of every project whose blockers changed, and flags; what is put away waits until it is back.

    `says`: what was done to the blocker says something about its own project.
    """
    for project in sorted([held.project, *others], key=lambda each: each.pk):
        if not project.archived_at:
            scores.refresh(project, actor=actor)
    flags.refresh(held.project, actor=actor, says=says)


def default_owner(project: Project, category: str) -> Any:
    """Who is asked first: whoever holds the category's role on the project, else the project's owner."""
    role = POLICY.category(category).owner
    held = project.team.filter(role=role, user__is_active=True, user__is_service=False).select_related("user")
    if first := held.order_by("pk").first():
        return first.user
    return project.owner if project.owner and project.owner.is_active else None


def affected_obstacles(
    project: Project, new: Sequence[int], projects: Mapping[int, Project], actor: Actor
) -> list[Obstacle]:
    """Why these projects cannot be named as stopped too: what counts in a score needs leave to change it."""
    found, others = [], [pk for pk in new if pk != project.pk]
    seen = set(Project.objects.visible_to(actor).filter(pk__in=others).values_list("pk", flat=True))
    remedy = "Leave it out."
    for pk in new:
        other = projects.get(pk)
        if pk == project.pk:
            message = f"{project.key} is its own project and need not be named."
        elif other is None or pk not in seen:
            message = "One of these projects is not there, or you may not see it."
        elif other.portfolio_id != project.portfolio_id:
            message = f"{other.key} belongs to another portfolio, with another clock and another board."
        elif other.archived_at:
            message = f"{other.key} is archived."
        else:
            permissions.require(actor, "blocker.edit", other)
            continue
        found.append(Obstacle("affected_refused", message, remedy, "affected"))
    return found
