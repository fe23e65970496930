"""Flags brought in line with what the rules find: raised, changed and cleared, many by few statements."""

from datetime import datetime
from typing import Any, NamedTuple

from projects import events
from projects.actions import _bulk
from projects.actors import Actor
from projects.models import Event, Flag, Project
from projects.queries import flags as flag_queries
from projects.queries.flags import KnownFlag, Situation
from projects.rules.flags import RULES
from projects.rules.flags import label as label_of
from projects.rules.looks import CRITICAL, Finding

SAID = ("severity", "rule_version", "facts")
OWN = ("portfolio", "project", "rule", "subject", "opened_at", "severity_since", "flaps")
# The product raises flags, no person.
NEWS = ("kind", "portfolio", "project", "payload", "door", "by_machine", "request_id", "at")
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


class News(NamedTuple):
    """What happened to a flag: an event, as plain values, as a sweep may have a hundred thousand of them."""

    kind: str
    portfolio_id: int
    project_id: int
    payload: dict[str, Any]


def write(differing: list[Situation], now: datetime) -> tuple[list[News], tuple[int, int, int]]:
    """Write the flags that differ; the news of them, and how many opened, changed, cleared."""
    news: list[News] = []
    cleared = _clear(differing, now, news)
    changed = _change(differing, now, news)
    opened = _open(differing, now, news)
    return news, (opened, changed, cleared)


def record(news: list[News], actor: Actor) -> None:
    """Write the news as events."""
    at = actor.now()
    rows = [(*each, actor.door, True, actor.request_id, at) for each in news]
    _bulk.append(Event, NEWS, rows)


def build(news: list[News], project: Project, actor: Actor) -> list[Event]:
    """The news of one project as events not yet saved, for an action that has more to tell."""
    return [events.build(project, each.kind, actor, **each.payload) for each in news]


def _clear(situations: list[Situation], now: datetime, news: list[News]) -> int:
    gone = []
    for situation in situations:
        found = {finding.rule for finding in situation.found}
        for flag in situation.open:
            if flag.rule not in found:
                gone.append(flag.id)
                news.append(_news(situation, "flag.cleared", flag=flag.id, rule=flag.rule))
    _bulk.change(Flag, ["cleared_at", "snoozed_until"], [(pk, now, None) for pk in gone])
    return len(gone)


def _change(situations: list[Situation], now: datetime, news: list[News]) -> int:
    """Give open flags their new severity and numbers; only a new severity is worth an event."""
    older, eased, grave = [], [], []
    for situation in situations:
        open_by_rule = situation.by_rule
        for finding in situation.found:
            flag = open_by_rule.get(finding.rule)
            if flag is None or not flag_queries.differ(finding, flag):
                continue
            row = (flag.id, *_said(finding))
            if flag.severity == finding.severity:
                older.append(row)
                continue
            news += _changed(situation, finding, flag, now)
            if finding.severity == CRITICAL:
                grave.append((*row, now, *UNANSWERED.values(), None))
            else:
                eased.append((*row, now))
    _bulk.change(Flag, SAID, older)
    _bulk.change(Flag, [*SAID, "severity_since"], eased)
    _bulk.change(Flag, [*SAID, "severity_since", *UNANSWERED, "snoozed_until"], grave)
    return len(older) + len(eased) + len(grave)


def _changed(situation: Situation, finding: Finding, flag: KnownFlag, now: datetime) -> list[News]:
    """The news of another severity; what grew critical does not sleep on."""
    said = {"flag": flag.id, "rule": finding.rule}
    found = [_news(situation, "flag.changed", **said, severity=[flag.severity, finding.severity])]
    # A sleep that is over already wakes nobody.
    sleeps = flag.snoozed_until is not None and flag.snoozed_until >= now.date()
    if finding.severity == CRITICAL and sleeps:
        label = label_of(finding.rule, finding.facts, situation.today)
        found.append(_news(situation, "flag.woken", **said, label=label))
    return found


def _open(situations: list[Situation], now: datetime, news: list[News]) -> int:
    """Raise what is new; what was cleared a few days ago is the same flag again."""
    new, back = [], []
    for situation in situations:
        known = situation.by_rule
        for finding in situation.found:
            if finding.rule in known:
                continue
            if before := situation.cleared.get(finding.rule):
                back.append((situation, finding, before))
            else:
                new.append((situation, finding))
    rows = [(*_said(finding), *_own(situation, finding, now)) for situation, finding in new]
    for (situation, finding), pk in zip(new, _bulk.add(Flag, [*SAID, *OWN, *AWAKE], rows), strict=True):
        news.append(_opened(situation, finding, pk))
    again = {"cleared_at": None, "severity_since": now, **UNANSWERED, **AWAKE}
    _bulk.change(
        Flag,
        [*SAID, "flaps", *again],
        [(flag.id, *_said(finding), flag.flaps + 1, *again.values()) for _, finding, flag in back],
    )
    news += [_opened(situation, finding, flag.id) for situation, finding, flag in back]
    return len(new) + len(back)


def _opened(situation: Situation, finding: Finding, flag: int) -> News:
    said = {"rule": finding.rule, "severity": finding.severity}
    label = label_of(finding.rule, finding.facts, situation.today)
    return _news(situation, "flag.opened", flag=flag, **said, label=label)


def _said(finding: Finding) -> tuple[Any, ...]:
    """The values of `SAID`."""
    return finding.severity, RULES[finding.rule].version, dict(finding.facts)


def _own(situation: Situation, finding: Finding, now: datetime) -> tuple[Any, ...]:
    """The values of `OWN` and `AWAKE` of a new flag."""
    subject = (situation.portfolio_id, situation.project_id, finding.rule, "")
    return *subject, now, now, 0, *AWAKE.values()


def _news(situation: Situation, kind: str, **payload: Any) -> News:
    return News(kind, situation.portfolio_id, situation.project_id, payload)
