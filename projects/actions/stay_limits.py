"""Limits of time in stage: learnt from the portfolio's history, once a week or when somebody asks."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from projects import events, permissions
from projects.actions import flags
from projects.actors import Actor
from projects.models import Portfolio, Project, StayLimits
from projects.models.workflows import parsed
from projects.queries import histories
from projects.queries import stay_limits as queries
from projects.rules import stay_limits as rules


def make(portfolio_id: int, *, actor: Actor, now: datetime) -> StayLimits | None:
    """Freeze what history says today as a new version; None where it says the same as the last one.

    Made again on the same day it steps from where the day before ended: a limit moves by a quarter a day
    at most, however often somebody asks. Where one moved, the next sweep looks at every project.
    """
    portfolio = Portfolio.objects.get(pk=portfolio_id)
    permissions.require(actor, "limits.make", portfolio)
    if portfolio.workflow_id is None:
        return None
    # Reading years of history takes a moment and locks nothing.
    stays = histories.read(portfolio, now=now).stays
    with transaction.atomic():
        # Nobody waits for this who only writes an event of the portfolio.
        Portfolio.objects.select_for_update(of=("self",), no_key=True).get(pk=portfolio_id)
        last = queries.newest(portfolio_id)
        start = queries.newest(portfolio_id, before=_midnight(portfolio, now)) if last else None
        body = rules.learn(parsed(portfolio.workflow_id), stays, start.body if start else {})
        before, version = (last.body, last.version) if last else ({}, 0)
        if body == before:
            return None
        made = StayLimits.objects.create(portfolio=portfolio, version=version + 1, made_at=now, body=body)
        if moved := rules.moved(before, body):
            flags.ask(Project.objects.filter(portfolio=portfolio), at=now)
        events.record(portfolio, "stay_limits.made", actor, version=made.version, moved=moved)
        return made


def _midnight(portfolio: Portfolio, now: datetime) -> datetime:
    """When the portfolio's day began."""
    return now.astimezone(ZoneInfo(portfolio.time_zone)).replace(hour=0, minute=0, second=0, microsecond=0)
