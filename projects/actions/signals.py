"""Signals: declared, taken away, and seen."""

from django.db import transaction

from projects import events, permissions
from projects.actions import _locks, _metric_sides, flags
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Project
from projects.queries import facts
from projects.rules import signals as rules
from projects.rules.flag_facts import Signal
from projects.rules.signals import NO_LIMITS, Limits


@transaction.atomic
def declare(
    project_id: int, *, name: str, every_days: int | None, actor: Actor, limits: Limits | None = None
) -> Signal:
    """Say that a project sends a signal and how often; None: nobody knows. The same again is no change.

    Of a signal that is a metric `limits` say beyond which values it raises a flag; None: they stay.
    """
    project = _locks.project(project_id)
    permissions.require(actor, "project.edit", project)
    before = _signals(project).get(name)
    if limits is None:
        limits = Limits(before.below, before.above) if before else Limits()
    if before is not None and (before.every_days, before.below, before.above) == (every_days, *limits):
        return before
    return _declared(project, name, (every_days, limits), before, actor)


@transaction.atomic
def remove(project_id: int, *, name: str, actor: Actor) -> None:
    """Say that a project does not send a signal any more; one that it never sent is no change."""
    project = _locks.project(project_id)
    permissions.require(actor, "project.edit", project)
    if name not in project.signals:
        return
    project.signals = {each: said for each, said in project.signals.items() if each != name}
    project.save(update_fields=["signals"])
    events.record(project, "signal.removed", actor, signal=name)
    flags.refresh(project, actor=actor)


def see(project_id: int, *, name: str, actor: Actor) -> Signal:
    """Note that a signal was seen today; an unknown one is declared by that.

    Cheap: once it has been seen on a day, nothing is locked or written until the next. Only the first one
    after a silence is told in the history.
    """
    project = Project.objects.select_related("portfolio").get(pk=project_id)
    permissions.require(actor, "signal.report", project)
    known = _signals(project).get(name)
    if known is not None and known.seen_on == facts.today(project, actor.now()):
        return known
    return _see(project_id, name, actor)


@transaction.atomic
def _see(project_id: int, name: str, actor: Actor) -> Signal:
    project = _locks.project(project_id)
    permissions.require(actor, "signal.report", project)
    today = facts.today(project, actor.now())
    before = _signals(project).get(name)
    if before is None:
        before = _declared(project, name, (None, NO_LIMITS), None, actor)
    if before.seen_on is not None and before.seen_on >= today:
        return before
    seen = before._replace(seen_on=today)
    _put(project, seen)
    if rules.is_silent(before, today):
        since = rules.last(before).isoformat()
        events.record(project, "signal.returned", actor, signal=name, silent_since=since)
    flags.refresh(project, actor=actor)
    return seen


def _declared(
    project: Project,
    name: str,
    said: tuple[int | None, Limits],
    before: Signal | None,
    actor: Actor,
) -> Signal:
    """Keep a signal that is new, comes more or less often than was said, or has other limits."""
    every_days, limits = said
    if found := rules.obstacles(name, every_days, 0 if before else len(project.signals), limits):
        message = f"{found[0].message} {found[0].remedy}" if len(found) == 1 else "Nothing was stored."
        raise Refused(message, code="signal_refused", obstacles=found)
    new = Signal(name, every_days, None, facts.today(project, actor.now()))
    signal = (before or new)._replace(every_days=every_days, below=limits.below, above=limits.above)
    _put(project, signal)
    if _metric_sides.see(project, [name]):
        project.save(update_fields=["signals"])
    periods = [before and before.every_days, every_days]
    told = {name: str(limit) for name, limit in limits._asdict().items() if limit is not None}
    payload = {"every_days": periods, "is_new": before is None, **({"limits": told} if told else {})}
    events.record(project, "signal.declared", actor, signal=name, **payload)
    flags.refresh(project, actor=actor)
    return _signals(project)[name]


def _signals(project: Project) -> dict[str, Signal]:
    return {each.name: each for each in rules.read(project.signals)}


def _put(project: Project, signal: Signal) -> None:
    project.signals = {**project.signals, signal.name: rules.stored(signal)}
    project.save(update_fields=["signals"])
