"""Stages of portfolios with more projects than they should have, and the flags that they carry."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Count, Q

from projects.models import Flag, Portfolio, Project, Status
from projects.models.workflows import parsed
from projects.queries.clocks import Clocks
from projects.rules.flag_kinds import work
from projects.rules.flags import OF_STAGES
from projects.rules.looks import Finding
from projects.rules.workflow import Workflow


class Situation(NamedTuple):
    """One stage: the flag that it should carry today, the one it does, and one that was cleared lately."""

    portfolio_id: int
    subject: str
    found: Finding | None
    open: Flag | None
    lately: Flag | None = None

    @property
    def differs(self) -> bool:
        """Whether anything has to be written."""
        if self.found is None or self.open is None:
            return self.found is not self.open
        said = (self.open.severity, self.open.facts, self.open.rule_version)
        version = OF_STAGES[self.found.rule].version
        return said != (self.found.severity, dict(self.found.facts), version)


def of(
    portfolios: Iterable[Portfolio], *, now: datetime, cleared_since: datetime | None = None
) -> list[Situation]:
    """Every stage of these portfolios that has a flag or should have one; two queries.

    `cleared_since`: what was cleared since then, too, because it may come back.
    """
    rows = {portfolio.pk: portfolio for portfolio in portfolios}
    known = _flags(rows, cleared_since)
    flows = {
        pk: parsed(row.workflow_id) for pk, row in rows.items() if row.workflow_id and not row.archived_at
    }
    limited = {pk for pk, flow in flows.items() if any(stage.wip_limit for stage in flow.stages)}
    active, clocks = _active({pk: flows[pk] for pk in limited}), Clocks(now)
    found = []
    for pk in sorted(limited | {portfolio_id for portfolio_id, _ in known}):
        stages = {stage.code: stage for stage in flows[pk].stages} if pk in flows else {}
        zone, today = clocks.at(rows[pk].time_zone)
        for code in sorted(stages.keys() | {subject for of, subject in known if of == pk}):
            flag, lately = known.get((pk, code), (None, None))
            since: date | None = flag.opened_at.astimezone(zone).date() if flag else None
            finding = (
                work.over_limit(stages[code], active[pk, code], today, since) if code in stages else None
            )
            found.append(Situation(pk, code, finding, flag, lately))
    return found


def _active(flows: dict[int, Workflow]) -> dict[tuple[int, str], int]:
    """How many active projects stand in each stage; those of an older workflow, in the nearest one."""
    found: dict[tuple[int, str], int] = defaultdict(int)
    if not flows:
        return found
    running = Project.objects.running().filter(portfolio__in=flows, status=Status.ACTIVE)
    rows = running.order_by().values_list("portfolio_id", "stage", "standard_stage").annotate(Count("pk"))
    for portfolio_id, stage, standard, number in rows:
        flow = flows[portfolio_id]
        found[portfolio_id, stage if flow.has(stage) else flow.nearest_stage(standard).code] += number
    return found


def _flags(
    portfolio_ids: Iterable[int], cleared_since: datetime | None
) -> dict[tuple[int, str], tuple[Flag | None, Flag | None]]:
    """Portfolio and stage -> its open flag, and the newest that was cleared."""
    wanted = Q(cleared_at=None)
    if cleared_since:
        wanted |= Q(cleared_at__gte=cleared_since)
    rows = Flag.objects.filter(wanted, portfolio__in=list(portfolio_ids), project=None, rule__in=OF_STAGES)
    found: dict[tuple[int, str], tuple[Flag | None, Flag | None]] = {}
    for flag in rows.order_by("cleared_at", "pk"):
        is_open, lately = found.get((flag.portfolio_id, flag.subject), (None, None))
        key = flag.portfolio_id, flag.subject
        found[key] = (flag, lately) if flag.cleared_at is None else (is_open, flag)
    return found
