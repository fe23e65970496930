"""Flags about stages of a portfolio: raised, changed and cleared as their rules find."""

from datetime import datetime
from typing import Any

from django.db import transaction

from projects import events, permissions
from projects.actions._flag_rows import AWAKE, UNANSWERED
from projects.actions.flags import COMES_BACK_WITHIN
from projects.actors import Actor
from projects.models import Flag, Portfolio
from projects.queries import stage_flags as queries
from projects.queries.stage_flags import Situation
from projects.rules.flags import OF_STAGES
from projects.rules.looks import CRITICAL, Finding


def sweep(*, actor: Actor, now: datetime) -> int:
    """Look at the stages of all portfolios; how many flags were written. Three queries where none differs."""
    permissions.require(actor, "operations.run")
    situations = queries.of(Portfolio.objects.all(), now=now)
    differing = {each.portfolio_id for each in situations if each.differs}
    return sum(settle(portfolio_id, actor=actor, now=now) for portfolio_id in sorted(differing))


@transaction.atomic
def settle(portfolio_id: int, *, actor: Actor, now: datetime) -> int:
    """Bring the flags of a portfolio's stages up to date; how many were written.

    Safe to repeat, and to run twice at once: the portfolio's row is locked while they are compared.
    """
    # Nobody waits for this who only writes an event of the portfolio.
    rows = Portfolio.objects.select_for_update(of=("self",), no_key=True)
    portfolio = rows.get(pk=portfolio_id)
    permissions.require(actor, "summary.take", portfolio)
    situations = queries.of([portfolio], now=now, cleared_since=now - COMES_BACK_WITHIN)
    differing = [each for each in situations if each.differs]
    for each in differing:
        _write(portfolio, each, actor, now)
    return len(differing)


def _write(portfolio: Portfolio, each: Situation, actor: Actor, now: datetime) -> None:
    if each.open is None and each.found is not None:
        _raise(portfolio, each, each.found, actor, now)
    elif each.open is not None and each.found is not None:
        _change(portfolio, each.open, each.found, actor, now)
    elif each.open is not None:
        _put(each.open, cleared_at=now, snoozed_until=None)
        events.record(portfolio, "flag.cleared", actor, **_named(each.open))


def _raise(portfolio: Portfolio, each: Situation, found: Finding, actor: Actor, now: datetime) -> None:
    """What was cleared a few days ago is the same flag again."""
    if flag := each.lately:
        said = {**_said(found), **AWAKE, **UNANSWERED}
        _put(flag, **said, cleared_at=None, flaps=flag.flaps + 1, severity_since=now)
    else:
        flag = Flag.objects.create(
            portfolio=portfolio,
            rule=found.rule,
            subject=each.subject,
            opened_at=now,
            severity_since=now,
            **_said(found),
        )
    events.record(portfolio, "flag.opened", actor, **_named(flag), severity=flag.severity, label=flag.label)


def _change(portfolio: Portfolio, flag: Flag, found: Finding, actor: Actor, now: datetime) -> None:
    """New numbers are no news, a new severity is; what grew critical does not sleep on."""
    before, slept = flag.severity, flag.snoozed_until
    if before == found.severity:
        _put(flag, **_said(found))
        return
    more = {**UNANSWERED, "snoozed_until": None} if found.severity == CRITICAL else {}
    _put(flag, **_said(found), **more, severity_since=now)
    events.record(portfolio, "flag.changed", actor, **_named(flag), severity=[before, flag.severity])
    if found.severity == CRITICAL and slept is not None:
        events.record(portfolio, "flag.woken", actor, **_named(flag), label=flag.label)


def _said(found: Finding) -> dict[str, Any]:
    return {
        "severity": found.severity,
        "rule_version": OF_STAGES[found.rule].version,
        "facts": dict(found.facts),
    }


def _put(flag: Flag, **values: Any) -> None:
    for name, value in values.items():
        setattr(flag, name, value)
    flag.save(update_fields=list(values))


def _named(flag: Flag) -> dict[str, Any]:
    return {"flag": flag.pk, "rule": flag.rule, "stage": flag.subject}
