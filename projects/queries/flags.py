"""What the staleness rules look at, and the flags that are open; plain columns, a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from projects.models import Flag, Outcome, Portfolio, Project
from projects.models.workflows import parsed
from projects.queries import clocks
from projects.rules import flags as flag_rules
from projects.rules.flag_facts import FlagFacts, Limits
from projects.rules.flag_facts import limits as limits_of
from projects.rules.looks import Finding

RUNNING = Q(deleted_at=None, archived_at=None) & ~Q(outcome__in=[Outcome.RETIRED, Outcome.STOPPED])


class KnownFlag(NamedTuple):
    """A flag that is open or was a few days ago, as far as a comparison with the rules' findings needs it."""

    id: int
    rule: str
    severity: str
    rule_version: int
    facts: dict[str, Any]
    flaps: int
    is_open: bool


class Situation(NamedTuple):
    """One project with the flags that it should carry today and those that it does carry."""

    project_id: int
    portfolio_id: int
    level: int  # as the project's row says
    found: list[Finding]
    open: list[KnownFlag]
    cleared: dict[str, KnownFlag]  # the newest by rule, where it was asked for

    @property
    def differs(self) -> bool:
        """Whether anything has to be written."""
        if len(self.found) != len(self.open) or self.level != flag_rules.level(self.found):
            return True
        return bool(self.found) and any(
            (is_open := self.by_rule.get(finding.rule)) is None or differ(finding, is_open)
            for finding in self.found
        )

    @property
    def by_rule(self) -> dict[str, KnownFlag]:
        return {flag.rule: flag for flag in self.open}


def differ(finding: Finding, flag: KnownFlag) -> bool:
    """Whether an open flag no longer says what the rule finds."""
    return (
        finding.severity != flag.severity
        or finding.facts != flag.facts
        or flag_rules.RULES[finding.rule].version != flag.rule_version
    )


def chunk(portfolio_id: int | None, *, after: int, size: int, now: datetime) -> list[Situation]:
    """The next projects by id with what they should carry and do carry; two queries."""
    projects = Project.objects.filter(pk__gt=after)
    if portfolio_id is not None:
        projects = projects.filter(portfolio_id=portfolio_id)
    rows = list(_columns(projects)[:size])
    if not rows:
        return []
    return _situations(rows, {"project_id__gt": after, "project_id__lte": rows[-1][0]}, now)


def of(project_ids: Iterable[int], *, now: datetime, cleared_since: datetime) -> list[Situation]:
    """The same for these projects, locked until the transaction ends, and what was cleared since then.

    Two queries.
    """
    ids = list(project_ids)
    rows = list(_columns(Project.objects.select_for_update().filter(pk__in=ids)))
    return _situations(rows, {"project_id__in": ids}, now, cleared_since)


def of_locked(project: Project, *, now: datetime, cleared_since: datetime) -> Situation:
    """The same for one project whose row is locked already, as it stands in memory; one query."""
    row = _Row(
        **{name: getattr(project, name) for name in _OWN},
        zone=project.portfolio.time_zone,
        spoke_at=project.last_update_at or project.created_at,
    )
    return _situations([row], {"project_id": project.pk}, now, cleared_since)[0]


class _Row(NamedTuple):
    """The columns of a project that the rules look at."""

    pk: int
    portfolio_id: int
    flag_level: int
    zone: str
    workflow_id: int
    stage: str
    stage_since: datetime
    stage_shift: timedelta
    hold_since: datetime | None
    resume_on: date | None
    gate_planned_on: date | None
    spoke_at: datetime
    is_running: bool


# What a project has under the same name.
_OWN = [name for name in _Row._fields if name not in ("zone", "spoke_at")]


def _columns(projects: QuerySet[Project]) -> QuerySet[Project, tuple[Any, ...]]:
    # A subquery and not a join, so that a lock is taken on the projects only.
    zone = Portfolio.objects.filter(pk=OuterRef("portfolio_id")).values("time_zone")
    own = [name for name in _OWN if name != "is_running"]
    return projects.order_by("pk").values_list(
        *own[:3],
        Subquery(zone),
        *own[3:],
        Coalesce("last_update_at", "created_at"),
        ExpressionWrapper(RUNNING, output_field=BooleanField()),
    )


def _situations(
    rows: list[tuple[Any, ...]], which: dict[str, Any], now: datetime, cleared_since: datetime | None = None
) -> list[Situation]:
    known = _flags(which, cleared_since)
    today_at = clocks.Clocks(now)
    limits: dict[int, Mapping[str, Limits]] = {}
    situations = []
    for row in map(_Row._make, rows):
        found: list[Finding] = []
        if row.is_running:
            if row.workflow_id not in limits:
                limits[row.workflow_id] = limits_of(parsed(row.workflow_id))
            zone, today = today_at.at(row.zone)
            facts = _facts(row, now, zone)
            found = flag_rules.findings(facts, limits[row.workflow_id][row.stage], today).findings
        flags = known.get(row.pk, ())
        opened = [flag for flag in flags if flag.is_open]
        cleared = {flag.rule: flag for flag in flags if not flag.is_open}
        situations.append(Situation(row.pk, row.portfolio_id, row.flag_level, found, opened, cleared))
    return situations


def _facts(row: _Row, now: datetime, zone: ZoneInfo) -> FlagFacts:
    spoke_on = row.spoke_at.astimezone(zone).date()
    return FlagFacts(
        stage=row.stage,
        created_on=spoke_on,
        last_update_on=spoke_on,
        active_days_in_stage=clocks.active_days(row.stage_since, row.stage_shift, row.hold_since, now, zone),
        gate_planned_on=row.gate_planned_on,
        on_hold=row.hold_since is not None,
        resume_on=row.resume_on,
    )


def _flags(which: dict[str, Any], cleared_since: datetime | None) -> dict[int, list[KnownFlag]]:
    """Open flags by project; with a moment, those cleared since then too, the newest last."""
    flags = Flag.objects.filter(Q(cleared_at=None), **which).order_by()
    if cleared_since:
        lately = Q(cleared_at=None) | Q(cleared_at__gte=cleared_since)
        flags = Flag.objects.filter(lately, **which).order_by("cleared_at")
    rows = flags.values_list(
        "project_id", "id", "rule", "severity", "rule_version", "facts", "flaps", "cleared_at"
    )
    found: dict[int, list[KnownFlag]] = defaultdict(list)
    for project_id, *values, cleared_at in rows:
        found[project_id].append(KnownFlag._make([*values, cleared_at is None]))
    return found
