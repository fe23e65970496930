"""Letting a flag sleep for some days, and waking it; scores and gates see it as before."""

from datetime import date, datetime

from django.db import transaction

from projects import events, permissions
from projects.actions import _locks
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Flag, Portfolio, Project
from projects.queries import days
from projects.rules import snoozes as rules
from projects.rules.facts import Obstacle
from projects.rules.flags import RULES

ASLEEP = ("snoozed_until", "snoozed_by", "snoozed_at", "snooze_reason", "snoozes")


@transaction.atomic
def snooze(flag_id: int, *, reason: str, until: date | None, actor: Actor) -> Flag:
    """Let an open flag sleep until the end of a day; the same reason and day again are no change."""
    flag, subject = _held(flag_id, actor)
    today, reason = _today(subject, actor.now()), " ".join(reason.split())
    if flag.sleeps(today) and (flag.snoozed_until, flag.snooze_reason) == (until, reason):
        return flag
    slept = flag.snoozes
    _refuse(rules.obstacles(RULES[flag.rule], reason=reason, until=until, today=today, slept=slept))
    assert until is not None  # noqa: S101 - for the type checker
    flag.snoozed_until, flag.snooze_reason, flag.snoozes = until, reason, slept + 1
    flag.snoozed_by_id, flag.snoozed_at = actor.user_id, actor.now()
    flag.save(update_fields=ASLEEP)
    _record(flag, subject, "flag.snoozed", actor, until=until.isoformat(), reason=reason)
    return flag


@transaction.atomic
def wake(flag_id: int, *, actor: Actor) -> Flag:
    """End its sleep before its day; awake already is no change. How often it slept in a row stays counted."""
    flag, subject = _held(flag_id, actor)
    if not flag.sleeps(_today(subject, actor.now())):
        return flag
    flag.snoozed_until = None
    flag.save(update_fields=["snoozed_until"])
    _record(flag, subject, "flag.woken", actor)
    return flag


def _held(flag_id: int, actor: Actor) -> tuple[Flag, Project | Portfolio]:
    """The open flag and what it is about, locked, for somebody who may let it sleep."""
    project_id = Flag.objects.values_list("project_id", flat=True).get(pk=flag_id)
    project = _locks.project(project_id) if project_id else None
    flag = Flag.objects.select_for_update(of=("self",)).select_related("portfolio").get(pk=flag_id)
    subject = project or flag.portfolio
    permissions.require(actor, "flag.snooze", subject)
    if flag.cleared_at is not None:
        raise Refused("This flag has cleared: there is nothing to let sleep.", code="flag_cleared")
    return flag, subject


def _today(subject: Project | Portfolio, now: datetime) -> date:
    portfolio = subject.portfolio if isinstance(subject, Project) else subject
    return days.today(portfolio, now)


def _refuse(found: list[Obstacle]) -> None:
    if found:
        only = found[0]
        message = f"{only.message} {only.remedy}" if len(found) == 1 else "The flag does not sleep."
        raise Refused(message, code="snooze_refused", obstacles=found)


def _record(flag: Flag, subject: Project | Portfolio, kind: str, actor: Actor, **said: str) -> None:
    events.record(subject, kind, actor, flag=flag.pk, rule=flag.rule, label=flag.label, **said)
