"""Flags brought in line with what the rules find: raised, changed and cleared, many by few statements."""

from datetime import datetime
from typing import Any

from projects import events
from projects.actors import Actor
from projects.models import Event, Flag, Project
from projects.queries import flags as flag_queries
from projects.queries.flags import KnownFlag, Situation
from projects.rules.flags import RULES
from projects.rules.flags import label as label_of
from projects.rules.looks import CRITICAL, Finding

SAID = ("severity", "rule_version", "label", "facts")
# A sleep ends when the flag clears, and a flag that comes back starts awake.
AWAKE: dict[str, Any] = {
    "snoozed_until": None,
    "snoozed_by": None,
    "snoozed_at": None,
    "snooze_reason": "",
    "snoozes": 0,
}
# An answer to a warning is none to what became critical, and nobody was told of that yet.
UNANSWERED: dict[str, Any] = {"answered_at": None, "escalated_at": None}


def write(
    differing: list[Situation], actor: Actor, now: datetime
) -> tuple[list[Event], tuple[int, int, int]]:
    """Write the flags that differ; events to be saved, and how many opened, changed, cleared."""
    history: list[Event] = []
    cleared = _clear(differing, actor, now, history)
    changed = _change(differing, actor, now, history)
    opened = _open(differing, actor, now, history)
    return history, (opened, changed, cleared)


def _clear(situations: list[Situation], actor: Actor, now: datetime, history: list[Event]) -> int:
    gone = []
    for situation in situations:
        found = {finding.rule for finding in situation.found}
        for flag in situation.open:
            if flag.rule not in found:
                gone.append(flag.id)
                history.append(_event(situation, "flag.cleared", actor, flag=flag.id, rule=flag.rule))
    if gone:
        Flag.objects.filter(pk__in=gone).update(cleared_at=now, snoozed_until=None)
    return len(gone)


def _change(situations: list[Situation], actor: Actor, now: datetime, history: list[Event]) -> int:
    """Give open flags their new severity and numbers; only a new severity is worth an event."""
    older: list[Flag] = []
    eased: list[Flag] = []
    grave: list[Flag] = []
    for situation in situations:
        open_by_rule = situation.by_rule
        for finding in situation.found:
            flag = open_by_rule.get(finding.rule)
            if flag is None or not flag_queries.differ(finding, flag):
                continue
            row = _row(situation, finding, now, pk=flag.id)
            if flag.severity == finding.severity:
                older.append(row)
                continue
            (grave if finding.severity == CRITICAL else eased).append(row)
            history += _changed(situation, finding, flag, actor)
    _update(older)
    _update(eased, "severity_since")
    _update(grave, "severity_since", *UNANSWERED, "snoozed_until")
    return len(older) + len(eased) + len(grave)


def _changed(situation: Situation, finding: Finding, flag: KnownFlag, actor: Actor) -> list[Event]:
    """The news of another severity; what grew critical does not sleep on."""
    said = {"flag": flag.id, "rule": finding.rule}
    severity = [flag.severity, finding.severity]
    news = [_event(situation, "flag.changed", actor, **said, severity=severity)]
    if finding.severity == CRITICAL and flag.snoozed_until is not None:
        news.append(_event(situation, "flag.woken", actor, **said, label=flag.label))
    return news


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
    rows, new, back = [], [], []
    for situation, finding in wanted:
        flag = _row(situation, finding, now)
        rows.append(flag)
        if known := situation.cleared.get(finding.rule):
            flag.pk, flag.flaps = known.id, known.flaps + 1
            back.append(flag)
        else:
            new.append(flag)
    Flag.objects.bulk_create(new)
    _update(back, "cleared_at", "flaps", "severity_since", *UNANSWERED, *AWAKE)
    for (situation, _), flag in zip(wanted, rows, strict=True):
        said = {"rule": flag.rule, "severity": flag.severity, "label": flag.label}
        history.append(_event(situation, "flag.opened", actor, flag=flag.pk, **said))
    return len(wanted)


def _row(situation: Situation, finding: Finding, now: datetime, **known: Any) -> Flag:
    """A flag as the rule finds it, not yet saved."""
    return Flag(
        project_id=situation.project_id,
        portfolio_id=situation.portfolio_id,
        rule=finding.rule,
        rule_version=RULES[finding.rule].version,
        severity=finding.severity,
        facts=dict(finding.facts),
        label=label_of(finding.rule, finding.facts),
        opened_at=now,
        severity_since=now,
        **known,
    )


def _update(flags: list[Flag], *columns: str) -> None:
    """One statement for many rows: an insert that turns into an update because each id exists."""
    if flags:
        fields = [*SAID, *columns]
        Flag.objects.bulk_create(flags, update_conflicts=True, unique_fields=["id"], update_fields=fields)


def _event(situation: Situation, kind: str, actor: Actor, **payload: Any) -> Event:
    project = Project(pk=situation.project_id, portfolio_id=situation.portfolio_id)
    return events.build(project, kind, actor, **payload)
