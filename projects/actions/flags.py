"""Flags: raised, changed and cleared as the rules find; nobody else writes them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from projects import events, permissions
from projects.actors import Actor
from projects.models import Event, Flag, Portfolio, Project
from projects.queries import flags as flag_queries
from projects.queries.flags import Situation
from projects.rules.flags import RULES
from projects.rules.flags import label as label_of
from projects.rules.flags import level as worst
from projects.rules.looks import Finding

# Small enough that a chunk with changes holds its locks for a moment only, large enough to keep queries few.
CHUNK = 2_000
# A flag that comes back within this time is the same one (our choice).
COMES_BACK_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Swept:
    """What a part of a sweep did; `after` is where the next part begins, None when there is none."""

    after: int | None
    projects: int
    opened: int = 0
    changed: int = 0
    cleared: int = 0

    @property
    def written(self) -> int:
        """Flags written."""
        return self.opened + self.changed + self.cleared


def sweep(portfolio_id: int | None, *, actor: Actor, now: datetime, after: int = 0) -> Swept:
    """Bring the flags of the next projects up to date; safe to repeat, in parallel, or to be killed midway.

    Reads without a lock, then settles only the projects whose flags differ, in one transaction.
    """
    if portfolio_id is None:
        permissions.require(actor, "operations.run")
    else:
        permissions.require(actor, "summary.take", Portfolio.objects.get(pk=portfolio_id))
    chunk = flag_queries.chunk(portfolio_id, after=after, size=CHUNK, now=now)
    if not chunk:
        return Swept(None, 0)
    swept = Swept(chunk[-1].project_id if len(chunk) == CHUNK else None, len(chunk))
    differing = [situation.project_id for situation in chunk if situation.differs]
    if not differing:
        return swept
    opened, changed, cleared = _settle(differing, actor, now)
    return replace(swept, opened=opened, changed=changed, cleared=cleared)


def refresh(project: Project, *, actor: Actor) -> None:
    """Bring the flags of a project up to date whose row is locked, at the end of the action that changed it.

    One query, and no more when nothing changes.
    """
    situation = put(project, actor)
    if situation is None:
        return
    if project.flag_level != situation.level:
        project.save(update_fields=["flag_level"])
    Event.objects.bulk_create(keep(situation, actor))


def put(project: Project, actor: Actor) -> Situation | None:
    """Put the worst flag on a locked row, for an action that saves the row itself; None: nothing to keep."""
    if actor.at is not None:
        return None  # A file or the sample tells of the past; the next sweep looks at the present.
    now = timezone.now()
    situation = flag_queries.of_locked(project, now=now, cleared_since=now - COMES_BACK_WITHIN)
    if not situation.differs:
        return None
    project.flag_level = worst(situation.found)
    return situation


def keep(situation: Situation, actor: Actor) -> list[Event]:
    """Write the flags that differ; gives the news of them, not yet saved."""
    product = Actor(None, actor.door, request_id=actor.request_id)
    history, _ = _write([situation], product, timezone.now())
    return history


@transaction.atomic(savepoint=False)
def _settle(project_ids: Iterable[int], actor: Actor, now: datetime) -> tuple[int, int, int]:
    """Compare again under the projects' locks, then write; counts of flags opened, changed and cleared."""
    situations = flag_queries.of(project_ids, now=now, cleared_since=now - COMES_BACK_WITHIN)
    differing = [situation for situation in situations if situation.differs]
    if not differing:
        return 0, 0, 0
    history, counts = _write(differing, actor, now)
    Event.objects.bulk_create(history)
    _put_levels(differing)
    return counts


def _write(
    differing: list[Situation], actor: Actor, now: datetime
) -> tuple[list[Event], tuple[int, int, int]]:
    """Bring flags in line with the findings; events to be saved, and how many opened, changed, cleared."""
    history: list[Event] = []
    cleared = _clear(differing, actor, now, history)
    changed = _change(differing, actor, now, history)
    opened = _open(differing, actor, now, history)
    return history, (opened, changed, cleared)


def _put_levels(situations: list[Situation]) -> None:
    """Write the worst flag on the projects' own rows; one statement for each level that changes."""
    changed: dict[int, list[int]] = {}
    for situation in situations:
        if (level := worst(situation.found)) != situation.level:
            changed.setdefault(level, []).append(situation.project_id)
    for level, ids in changed.items():
        Project.objects.filter(pk__in=ids).update(flag_level=level)


def _clear(situations: list[Situation], actor: Actor, now: datetime, history: list[Event]) -> int:
    gone = []
    for situation in situations:
        found = {finding.rule for finding in situation.found}
        for flag in situation.open:
            if flag.rule not in found:
                gone.append(flag.id)
                history.append(_event(situation, "flag.cleared", actor, flag=flag.id, rule=flag.rule))
    if gone:
        Flag.objects.filter(pk__in=gone).update(cleared_at=now)
    return len(gone)


def _change(situations: list[Situation], actor: Actor, now: datetime, history: list[Event]) -> int:
    """Give open flags their new severity and numbers; only a new severity is worth an event."""
    changed = []
    for situation in situations:
        open_by_rule = situation.by_rule
        for finding in situation.found:
            flag = open_by_rule.get(finding.rule)
            if flag is None or not flag_queries.differ(finding, flag):
                continue
            row = Flag(pk=flag.id, opened_at=now, severity_since=now, **_of(situation))
            changed.append(_filled(row, finding))
            if flag.severity != finding.severity:
                said = {"rule": finding.rule, "severity": [flag.severity, finding.severity]}
                history.append(_event(situation, "flag.changed", actor, flag=flag.id, **said))
    _update(changed)
    return len(changed)


def _open(situations: list[Situation], actor: Actor, now: datetime, history: list[Event]) -> int:
    """Raise what is new; what was cleared a few days ago is the same flag again."""
    wanted = [
        (situation, finding)
        for situation in situations
        for finding in situation.found
        if finding.rule not in situation.by_rule
    ]
    if not wanted:
        return 0
    new, back = [], []
    for situation, finding in wanted:
        flag = _filled(Flag(opened_at=now, severity_since=now, **_of(situation)), finding)
        if known := situation.cleared.get(finding.rule):
            flag.pk, flag.flaps = known.id, known.flaps + 1
            back.append(flag)
        else:
            new.append(flag)
    Flag.objects.bulk_create(new)
    _update(back, "cleared_at", "flaps")
    flags = {(flag.project_id, flag.rule): flag for flag in [*new, *back]}
    for situation, finding in wanted:
        flag = flags[situation.project_id, finding.rule]
        said = {"rule": flag.rule, "severity": flag.severity, "label": flag.label}
        history.append(_event(situation, "flag.opened", actor, flag=flag.pk, **said))
    return len(wanted)


def _of(situation: Situation) -> dict[str, int]:
    return {"project_id": situation.project_id, "portfolio_id": situation.portfolio_id}


def _filled(flag: Flag, finding: Finding) -> Flag:
    flag.rule, flag.rule_version = finding.rule, RULES[finding.rule].version
    flag.severity, flag.facts = finding.severity, dict(finding.facts)
    flag.label = label_of(finding.rule, finding.facts)
    return flag


def _update(flags: list[Flag], *columns: str) -> None:
    """One statement for many rows: an insert that turns into an update because each id exists."""
    if flags:
        fields = ["severity", "rule_version", "label", "facts", *columns]
        Flag.objects.bulk_create(flags, update_conflicts=True, unique_fields=["id"], update_fields=fields)


def _event(situation: Situation, kind: str, actor: Actor, **payload: Any) -> Event:
    project = Project(pk=situation.project_id, portfolio_id=situation.portfolio_id)
    return events.build(project, kind, actor, **payload)
