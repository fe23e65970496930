"""Flags that people are to be told of, and the people who stand behind them."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from portfolio.notifications.queries import recipients
from portfolio.notifications.rules import flag_readers
from projects.models import Flag, Membership, PortfolioRole, TeamRole

# Who answers for a project that has no owner here, before the managers of its portfolio.
INSTEAD = ("PO", "ML")
SPONSOR = "SP"
HERE = {"user__is_active": True, "user__is_service": False}


class Readers(NamedTuple):
    """Who hears of a flag: those who can answer it, and the sponsors."""

    answering: list[int]
    sponsors: list[int]


def awake(ids: Collection[int], now: datetime) -> dict[int, Flag]:
    """Those of these flags that are raised and not asleep, with what they are about; one query."""
    related = ("portfolio", "project__portfolio", "project__owner")
    rows = Flag.objects.filter(pk__in=ids, cleared_at=None).select_related(*related)
    return {flag.pk: flag for flag in rows if not flag.sleeps(_today(flag, now))}


def readers(flags: Iterable[Flag]) -> dict[int, Readers]:
    """Who hears of each, of those who may see its project; two queries, and those of rights."""
    flags = list(flags)
    teams, managers = _teams(flags), _managers({flag.portfolio_id for flag in flags})
    levels = {flag.pk: _levels(flag, teams, managers.get(flag.portfolio_id, [])) for flag in flags}
    sponsors = {flag.pk: teams.get((flag.project_id, SPONSOR), []) for flag in flags}
    allowed = recipients.may_be_told(
        [
            (flag.project, person)
            for flag in flags
            if flag.project
            for people in (*levels[flag.pk], sponsors[flag.pk])
            for person in people
        ]
    )
    found = {}
    for flag in flags:
        here = managers.get(flag.portfolio_id, [])
        may = {person for project, person in allowed if project == flag.project_id} if flag.project else here
        answering = flag_readers.first(levels[flag.pk], may)
        others = flag_readers.first([set(sponsors[flag.pk]) - set(answering)], may)
        found[flag.pk] = Readers(answering, others)
    return found


def _levels(
    flag: Flag, teams: dict[tuple[int | None, str], list[int]], managers: list[int]
) -> list[list[int]]:
    """Who can answer a flag, the first to be asked first; that of a stage is the managers' affair."""
    if flag.project is None:
        return [managers]
    owner = [flag.project.owner_id] if flag.project.owner_id else []
    return [owner, *(teams.get((flag.project_id, role), []) for role in INSTEAD), managers]


def _teams(flags: list[Flag]) -> dict[tuple[int | None, str], list[int]]:
    ids = {flag.project_id for flag in flags if flag.project_id}
    held = TeamRole.objects.filter(project__in=ids, role__in=[*INSTEAD, SPONSOR], **HERE).order_by("pk")
    found: dict[tuple[int | None, str], list[int]] = {}
    for project, role, person in held.values_list("project_id", "role", "user_id"):
        found.setdefault((project, role), []).append(person)
    return found


def _managers(portfolios: Collection[int]) -> dict[int, list[int]]:
    rows = Membership.objects.filter(portfolio__in=portfolios, role=PortfolioRole.MANAGER, **HERE)
    found: dict[int, list[int]] = {}
    for portfolio, person in rows.order_by("pk").values_list("portfolio_id", "user_id"):
        found.setdefault(portfolio, []).append(person)
    return found


def _today(flag: Flag, now: datetime) -> date:
    return now.astimezone(ZoneInfo(flag.portfolio.time_zone)).date()
