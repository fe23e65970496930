"""Blockers: raised, changed, answered; what else happens to them is taken in from its own modules."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from projects import permissions
from projects.actions import _blockers, _locks, _owners, flags
from projects.actions._blockers import WRONG
from projects.actions.blocker_escalations import escalate, extend, rise, set_back
from projects.actions.blocker_resolutions import agree, reopen, resolve
from projects.actions.blocker_shares import promote, share, unshare
from projects.actors import Actor
from projects.errors import Stale
from projects.models import Blocker, BlockerNote, Project
from projects.models.blockers import POLICY
from projects.queries import changes, facts
from projects.rules import blocker_checks, clocks
from projects.rules.clocks import Escalation
from projects.rules.facts import Obstacle

__all__ = [
    "WRONG",
    "agree",
    "edit",
    "escalate",
    "extend",
    "note",
    "raise_",
    "reopen",
    "resolve",
    "respond",
    "rise",
    "set_back",
    "share",
    "unshare",
]
EDITABLE = (
    "title",
    "category",
    "severity",
    "owner",
    "decision_from",
    "decision_email",
    "gate",
    "workaround",
    "waiting_for",
    "expected_on",
    "affected",
)
TEXTS = ("title", "decision_from", "decision_email", "gate", "workaround", "waiting_for")


@transaction.atomic
def raise_(
    project_id: int,
    *,
    title: str,
    category: str,
    severity: str,
    actor: Actor,
    owner: Any = None,
    decision_from: str = "",
    decision_email: str = "",
    gate: str = "",
    affected: Sequence[int] = (),
    raised_on: date | None = None,
    expected_on: date | None = None,
    workaround: str = "",
    waiting_for: str = "",
    shared_owner: Any = None,
) -> Blocker:
    """Say what stops a project, and the other projects `affected` by id; its days are fixed from now on.

    Without an owner it goes to whoever holds the category's role. It may have begun before today.
    """
    projects = _locks.projects({project_id, *affected})
    if project_id not in projects:
        raise Project.DoesNotExist
    project = projects.pop(project_id)
    permissions.require(actor, "blocker.edit", project)
    _blockers.refuse_archived(project)
    today = facts.today(project, actor.now())
    said = _tidy(
        {
            "title": title,
            "category": category,
            "severity": severity,
            "owner": owner,
            "decision_from": decision_from,
            "decision_email": decision_email,
            "gate": gate,
            "workaround": workaround,
            "waiting_for": waiting_for,
            "expected_on": expected_on,
        }
    )
    began = raised_on or today
    earliest = blocker_checks.EARLIEST
    found = blocker_checks.day_obstacles(began, "raised_on", earliest=earliest, latest=today)
    found += _obstacles(project, said, began)
    _blockers.refuse(found + _blockers.affected_obstacles(project, affected, projects, actor))
    said["owner"] = said["owner"] or _blockers.default_owner(project, category)
    blocker = Blocker(project=project, portfolio=project.portfolio, **said)
    held = _blockers.Held(blocker, project, {pk: projects[pk] for pk in sorted(set(affected))}, today)
    steps = _begin(held, clocks.start(POLICY, severity, began), actor)
    promote(held, actor, owner=shared_owner)
    _blockers.tell(held, steps, actor)
    _blockers.rescore(held, held.others.values(), actor)
    return blocker


@transaction.atomic
def edit(
    blocker_id: int, *, version: int | None, actor: Actor, shared_owner: Any = None, **fields: Any
) -> Blocker:
    """Change what is said of an open blocker; raises Stale when `version` is not the present one.

    A graver severity brings its days forward, a milder one moves none to a later day.
    """
    if unknown := set(fields) - set(EDITABLE):
        raise ValueError(f"Not fields of a blocker that can be set: {', '.join(sorted(unknown))}.")
    affected: Sequence[int] | None = fields.pop("affected", None)
    held = _blockers.lock(blocker_id, actor, also=affected or ())
    blocker, project = held.blocker, held.project
    permissions.require(actor, "blocker.edit", project)
    _check_version(blocker, version)
    _blockers.refuse_resolved(blocker)
    said = {name: value for name, value in _tidy(fields).items() if getattr(blocker, name) != value}
    stopped = set(blocker.affected.values_list("pk", flat=True))
    wanted = stopped if affected is None else set(affected) | _unknown_to(actor, stopped)
    found = _obstacles(project, said, blocker.raised_on)
    _blockers.refuse(
        found + _blockers.affected_obstacles(project, sorted(wanted - stopped), held.others, actor)
    )
    changed = {name: [_plain(getattr(blocker, name)), _plain(value)] for name, value in said.items()}
    steps = _put(held, said)
    if wanted != stopped:
        changed["affected"] = [held.keys(stopped), held.keys(wanted)]
        blocker.affected.set(wanted)
    if not changed:
        return blocker
    _blockers.save(blocker, *said, *_blockers.CLOCK, "accepted_by", "search_text")
    _blockers.record(held, "blocker.edited", actor, changes=changed)
    promote(held, actor, owner=shared_owner)
    _blockers.tell(held, steps, actor)
    if {"severity", "category", "affected"} & set(changed):
        touched = [one for pk, one in held.others.items() if pk in stopped | wanted]
        _blockers.rescore(held, touched, actor, says=False)
    else:
        flags.refresh(project, actor=actor)
    return blocker


@transaction.atomic
def note(blocker_id: int, *, text: str, actor: Actor) -> BlockerNote:
    """Write a line into a blocker's log, which stays as it is."""
    held = _blockers.lock(blocker_id, actor)
    permissions.require(actor, "blocker.edit", held.project)
    text = text.strip()
    _blockers.refuse(blocker_checks.text_obstacles(text, "text", missing="Write at least one sentence."))
    line = BlockerNote.objects.create(
        blocker=held.blocker, author_id=actor.user_id, text=text, at=actor.now()
    )
    _blockers.record(held, "blocker.noted", actor, note=line.pk)
    flags.refresh(held.project, actor=actor, says=True)
    return line


@transaction.atomic
def respond(blocker_id: int, *, actor: Actor, on: date | None = None) -> Blocker:
    """Note the first response, today or on an earlier day; a second one is no change."""
    held = _blockers.lock(blocker_id, actor)
    permissions.require(actor, "blocker.edit", held.project)
    blocker = held.blocker
    _blockers.refuse_resolved(blocker)
    if blocker.responded_on is not None:
        return blocker
    day = on or held.today
    _blockers.refuse(
        blocker_checks.day_obstacles(day, "responded_on", earliest=blocker.raised_on, latest=held.today)
    )
    blocker.responded_on = day
    _blockers.save(blocker, "responded_on")
    _blockers.record(held, "blocker.responded", actor, on=day.isoformat())
    flags.refresh(held.project, actor=actor, says=True)
    return blocker


def _begin(held: _blockers.Held, clock: clocks.Clock, actor: Actor) -> tuple[int, ...]:
    """Write a new blocker with its clock; the steps that are due by it at once."""
    blocker = held.blocker
    blocker.raised_by_id, blocker.raised_at = actor.user_id, actor.now()
    steps = _blockers.put_steps(blocker, clock, Escalation(), held.today)
    blocker.search_text = blocker.searchable
    blocker.save(force_insert=True)
    blocker.affected.set(held.others)
    said: dict[str, Any] = {"category": blocker.category, "severity": blocker.severity}
    said |= {"owner": blocker.owner_id, "due_on": blocker.due_on.isoformat()}
    said |= {"affected": held.keys(set(held.others))}
    _blockers.record(held, "blocker.raised", actor, **said)
    return steps


def _put(held: _blockers.Held, said: Mapping[str, Any]) -> tuple[int, ...]:
    """Put checked fields on the row, with what a new severity does to its clock; the steps due by that."""
    blocker = held.blocker
    steps: tuple[int, ...] = ()
    clock, escalation = _blockers.clock_of(blocker), _blockers.escalation_of(blocker)
    for name, value in said.items():
        setattr(blocker, name, value)
    if "severity" in said:
        clock = clocks.change(POLICY, clock, said["severity"], held.today)
        steps = _blockers.put_steps(blocker, clock, escalation, held.today)
    if {"severity", "title"} & set(said):
        blocker.accepted_by = {}  # What people agreed to was another blocker.
    blocker.search_text = blocker.searchable
    return steps


def _tidy(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Texts without blanks around them."""
    return {name: value.strip() if name in TEXTS else value for name, value in fields.items()}


def _obstacles(project: Project, said: Mapping[str, Any], raised_on: date) -> list[Obstacle]:
    gates = [gate.code for gate in facts.workflow(project).gates]
    found = blocker_checks.obstacles(POLICY, said, raised_on=raised_on, gates=gates)
    return found + _owners.obstacles(said.get("owner"), project, "owner")


def _unknown_to(actor: Actor, projects: set[int]) -> set[int]:
    """Those of these projects that the actor may not know of: nobody takes away what they cannot see."""
    return projects - set(
        Project.objects.visible_to(actor).filter(pk__in=projects).values_list("pk", flat=True)
    )


def _check_version(blocker: Blocker, version: int | None) -> None:
    if version is not None and version != blocker.version:
        raise Stale(
            "This blocker was changed since you opened it.",
            code="stale",
            obstacles=changes.of_blocker(blocker, version),
        )


def _plain(value: Any) -> Any:
    """A value as an event's payload can hold it."""
    if hasattr(value, "pk"):
        return value.pk
    return value.isoformat() if isinstance(value, date) else value
