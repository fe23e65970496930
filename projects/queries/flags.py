"""The flags that projects should carry beside those that they do carry; a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from projects.models import Flag, Project
from projects.models.workflows import parsed
from projects.queries import clocks, flag_facts, stay_limits
from projects.queries.json_rows import RowsOf
from projects.queries.ready import Ready
from projects.rules import flags as flag_rules
from projects.rules.flag_facts import Limits
from projects.rules.flag_facts import limits as limits_of
from projects.rules.flags import Found
from projects.rules.looks import Finding

# When time alone changes nothing. Not the last year that there is: it is read in every time zone.
NEVER = datetime(9000, 1, 1, tzinfo=UTC)


class KnownFlag(NamedTuple):
    """A flag that is open or was a few days ago, as far as a comparison with the rules' findings needs it."""

    id: int
    rule: str
    severity: str
    rule_version: int
    facts: dict[str, Any]
    flaps: int
    snoozed_until: date | None
    is_open: bool


class Situation(NamedTuple):
    """One project with the flags that it should carry today and those that it does carry."""

    project_id: int
    portfolio_id: int
    level: int  # as the project's row says
    due_at: datetime  # likewise: when it is to be looked at again
    today: date  # by the portfolio's clock
    found: list[Finding]
    next_at: datetime  # when time alone changes what was found
    open: list[KnownFlag]
    cleared: dict[str, KnownFlag]  # the newest by rule, where it was asked for

    @property
    def differs(self) -> bool:
        """Whether a flag or the level has to be written."""
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


def due(portfolio_id: int | None, *, now: datetime, size: int) -> list[int]:
    """The projects whose time has come, those that wait longest first, locked; one query.

    Those that somebody else has locked are left to them: several sweeps at once share the work.
    """
    projects = Project.objects.filter(flags_due_at__lte=now).select_for_update(of=("self",), skip_locked=True)
    if portfolio_id is not None:
        projects = projects.filter(portfolio_id=portfolio_id)
    return list(projects.order_by("flags_due_at").values_list("pk", flat=True)[:size])


def chunk(portfolio_id: int | None, *, after: int, size: int, now: datetime) -> list[Situation]:
    """The next projects by id with what they should carry and do carry; three queries."""
    projects = Project.objects.filter(pk__gt=after)
    if portfolio_id is not None:
        projects = projects.filter(portfolio_id=portfolio_id)
    ids = list(projects.order_by("pk").values_list("pk", flat=True)[:size])
    return _situations(flag_facts.of_many(ids), ids, now) if ids else []


def of(project_ids: Iterable[int], *, now: datetime, cleared_since: datetime) -> list[Situation]:
    """The same for these projects, locked until the transaction ends, and what was cleared since then.

    Three queries: who had to wait for a lock reads what is there after it.
    """
    locked = Project.objects.select_for_update().filter(pk__in=project_ids).order_by("pk")
    return of_held(list(locked.values_list("pk", flat=True)), now=now, cleared_since=cleared_since)


def of_held(ids: list[int], *, now: datetime, cleared_since: datetime) -> list[Situation]:
    """The same for projects that this transaction has locked already; two queries."""
    return _situations(flag_facts.of_many(ids), ids, now, cleared_since)


def of_locked(project: Project, *, now: datetime, cleared_since: datetime) -> Situation:
    """The same for one project whose row is locked already, as it stands in memory; one query."""
    [related] = RELATED(project.pk, cleared_since)
    flags = _known(related.pop("flag_rows"))[project.pk]
    return _situation(flag_facts.of_locked(project, related), flags, clocks.Clocks(now))


def midnight(on: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day by the clocks of a place, also where these leave out its midnight."""
    return datetime.combine(on, time(), zone).astimezone(UTC)


def _situations(
    rows: list[dict[str, Any]], ids: Iterable[int], now: datetime, cleared_since: datetime | None = None
) -> list[Situation]:
    known, today_at = _known(_flag_rows(ids, cleared_since)), clocks.Clocks(now)
    return [_situation(row, known.get(row["pk"], ()), today_at) for row in rows]


def _situation(row: Mapping[str, Any], flags: Iterable[KnownFlag], today_at: clocks.Clocks) -> Situation:
    zone, today = today_at.at(row["zone"])
    found, next_at = _look(row, today_at.now, zone, today)
    return Situation(
        row["pk"],
        row["portfolio_id"],
        row["flag_level"],
        row["flags_due_at"],
        today,
        found,
        next_at,
        [flag for flag in flags if flag.is_open],
        {flag.rule: flag for flag in flags if not flag.is_open},
    )


def _look(
    row: Mapping[str, Any], now: datetime, zone: ZoneInfo, today: date
) -> tuple[list[Finding], datetime]:
    """What the rules find, and the moment from which they may find something else."""
    if not flag_facts.carries_flags(row):
        return [], NEVER
    limits = stage_limits(row["workflow_id"], row["portfolio_id"], row["limits_version"])[row["stage"]]
    found: Found = flag_rules.findings(flag_facts.facts(row, now, zone), limits, today)
    if found.next_on is None or found.next_on.year >= NEVER.year:
        return found.findings, NEVER
    return found.findings, midnight(found.next_on, zone)


@lru_cache(maxsize=1000)
def stage_limits(workflow_id: int, portfolio_id: int, version: int | None) -> Mapping[str, Limits]:
    """The limits by stage; read once by a process for each version of a workflow and of what was learnt."""
    learnt = stay_limits.learnt([portfolio_id]).get(portfolio_id) if version else None
    return limits_of(parsed(workflow_id), learnt)


def _known(rows: Iterable[Sequence[Any]]) -> dict[int, list[KnownFlag]]:
    """Flags by project, of the rows that `_flag_rows` asks for."""
    found: dict[int, list[KnownFlag]] = defaultdict(list)
    for project_id, *values, cleared_at in rows:
        found[project_id].append(KnownFlag._make([*values, cleared_at is None]))
    return found


def _flag_rows(ids: Iterable[int], cleared_since: datetime | None) -> QuerySet[Flag, Any]:
    """Open flags; with a moment, those cleared since then too, the newest last."""
    wanted = Q(cleared_at=None)
    if cleared_since:
        wanted |= Q(cleared_at__gte=cleared_since)
    flags = Flag.objects.filter(wanted, project__in=ids).order_by(*["cleared_at"] if cleared_since else [])
    return flags.values_list("project_id", *KnownFlag._fields[:-1], "cleared_at")


def _related(pk: int, cleared_since: datetime) -> QuerySet[Project, Any]:
    flags = RowsOf(_flag_rows([pk], cleared_since))
    return Project.objects.filter(pk=pk).order_by().values(**flag_facts.beside(), flag_rows=flags)


# Whatever changes a project asks for its own.
RELATED = Ready(_related)
