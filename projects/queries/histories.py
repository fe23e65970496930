"""How long the projects of a portfolio have stayed in each stage, and what ended each stay.

Only decisions count as ends: advance, back (a rollback is one) and stop (so is a retirement). What a file
reports is no decision at a gate: it may pass over several stages at once and carry the day of the file, so
such a stay has lasted at least so long and is open for all that we know. A change of workflow ends no stay,
for it writes none; stages of one standard code that follow each other are one stay. Restarts begin a stay
and end none. Stays that began in an unknown month are left out: their length could be off by half a year.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from projects.models import Hold, Portfolio, Spell
from projects.queries import clocks
from projects.rules.survivals import Stay

CAUSES = {"advance": "advance", "back": "back", "rollback": "back", "stop": "stop", "retire": "stop"}


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay of one project in a standard stage; `went_to` is the stage that it was sent back to."""

    project_id: int
    stage: str
    stay: Stay
    went_to: str = ""
    is_present: bool = False  # the project is there now: its days so far are this stay's
    is_dated: bool = True  # False where only the year is known in which it began


@dataclass(frozen=True, slots=True)
class History:
    """All stays of a portfolio until a day."""

    visits: tuple[Visit, ...] = ()
    stays: dict[str, list[Stay]] = field(default_factory=dict)  # standard stage -> its stays

    @property
    def generated(self) -> int:
        """How many stays were invented to give a sample a past."""
        return sum(stay.is_generated for stays in self.stays.values() for stay in stays)

    @property
    def elapsed(self) -> dict[int, int]:
        """Project id -> active days of its present stay."""
        return {visit.project_id: visit.stay.days for visit in self.visits if visit.is_present}

    @property
    def returns(self) -> dict[str, list[str]]:
        """Standard stage -> where each of those who were sent back from it went."""
        found: dict[str, list[str]] = defaultdict(list)
        for visit in self.visits:
            if visit.stay.cause == "back" and visit.went_to:
                found[visit.stage].append(visit.went_to)
        return dict(found)


def stays(portfolio: Portfolio, until: date | None = None) -> dict[str, list[Stay]]:
    """Stays by standard stage, as they were known at the end of a day; generated ones carry their mark."""
    return read(portfolio, until).stays


def read(portfolio: Portfolio, until: date | None = None, *, now: datetime | None = None) -> History:
    """The history of a portfolio, as it was at the end of a day; two queries."""
    zone = ZoneInfo(portfolio.time_zone)
    end = _end_of(until, zone) if until else now or timezone.now()
    rows = [_cut(row, end) for row in _rows(portfolio, end)]
    pauses = _pauses(portfolio, end)
    visits = tuple(
        _visit(chain, following, pauses.get(chain[-1].project_id, []), end, zone)
        for chain, following in _chains(rows)
    )
    by_stage: dict[str, list[Stay]] = defaultdict(list)
    for visit in visits:
        if visit.is_dated:
            by_stage[visit.stage].append(visit.stay)
    return History(visits, dict(by_stage))


@dataclass(frozen=True, slots=True)
class _Row:
    project_id: int
    is_generated: bool
    ended_at: datetime | None
    archived_at: datetime | None
    attempt: int
    stage: str
    entered_at: datetime
    precision: str
    left_at: datetime | None
    cause: str
    held: timedelta


def _rows(portfolio: Portfolio, end: datetime) -> Iterator[_Row]:
    spells = Spell.objects.filter(project__portfolio=portfolio, project__deleted_at=None, entered_at__lte=end)
    values = spells.order_by("project_id", "attempt", "entered_at", "pk").values_list(
        *("project_id", "project__is_generated", "project__ended_at", "project__archived_at", "attempt"),
        *("standard_stage", "entered_at", "precision", "left_at", "cause", "held"),
    )
    return (_Row(*row) for row in values.iterator(chunk_size=5_000))


def _cut(row: _Row, end: datetime) -> _Row:
    """As the stay looked at that moment; one that goes on ends, unseen, where its project was put away."""
    if row.left_at is not None and row.left_at > end:
        return replace(row, left_at=None, cause="")
    if row.left_at is None and row.archived_at is not None and row.archived_at <= end:
        return replace(row, left_at=max(row.archived_at, row.entered_at), cause="")
    return row


def _chains(rows: Iterable[_Row]) -> Iterator[tuple[list[_Row], _Row | None]]:
    """Rows that make up one stay, and the row after them in the same attempt."""
    chain: list[_Row] = []
    for row in rows:
        goes_on = bool(chain) and (row.project_id, row.attempt) == (chain[-1].project_id, chain[-1].attempt)
        if goes_on and row.stage == chain[-1].stage:
            chain.append(row)
            continue
        if chain:
            yield chain, row if goes_on else None
        chain = [row]
    if chain:
        yield chain, None


def _visit(
    chain: list[_Row],
    following: _Row | None,
    pauses: list[tuple[datetime, datetime]],
    end: datetime,
    zone: tzinfo,
) -> Visit:
    last = chain[-1]
    days = sum(_days(row, pauses, end, zone) for row in chain)
    cause = CAUSES.get(last.cause, "")
    stay = Stay(days, cause, last.is_generated)
    went_to = following.stage if following and cause == "back" else ""
    is_dated = chain[0].precision != "year"
    return Visit(last.project_id, last.stage, stay, went_to, last.left_at is None, is_dated)


def _days(row: _Row, pauses: list[tuple[datetime, datetime]], end: datetime, zone: tzinfo) -> int:
    """Active days; what was on hold before a stay that goes on is counted from the holds themselves."""
    left, held = row.left_at or end, row.held
    if row.left_at is None:
        within = [(max(since, row.entered_at), min(to, left)) for since, to in pauses]
        held = sum((to - since for since, to in within if to > since), timedelta())
    return clocks.active_days(row.entered_at, -held, None, left, zone)


def _pauses(portfolio: Portfolio, end: datetime) -> dict[int, list[tuple[datetime, datetime]]]:
    """Project id -> its times on hold until a moment."""
    holds = Hold.objects.filter(project__portfolio=portfolio, since__lt=end)
    open_stay = Q(project__spells__left_at=None) | Q(project__spells__left_at__gt=end)
    found: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    rows = holds.filter(open_stay).order_by("since").distinct()
    for project_id, since, ended in rows.values_list("project_id", "since", "ended_at"):
        found[project_id].append((since, min(ended or end, end)))
    return found


def _end_of(day: date, zone: tzinfo) -> datetime:
    """The last moment of a day by the portfolio's clock."""
    return datetime.combine(day + timedelta(days=1), time(), zone) - timedelta(microseconds=1)
