"""What one look at the matrix needs, today or on a past day: a number of queries that knows no rows."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import cast
from zoneinfo import ZoneInfo

from django.db.models import F, Q

from portfolio.insights.models import Snapshot
from portfolio.insights.queries import crowds, pictures, sources
from portfolio.insights.queries.crowds import IS_LIVE, IS_PLACED, Counted, Totals
from portfolio.insights.queries.sights import Sight
from portfolio.insights.queries.sources import Source
from portfolio.insights.rules.entries import Entry, Frame
from portfolio.insights.rules.matrix import stops
from portfolio.insights.rules.matrix.readings import VALUE
from projects.models import Assessment, Portfolio, ProjectDay
from projects.models.scorecards import parsed
from projects.rules import explanations, score_records

# From so many on, cells are counted instead of bubbles drawn: more of them lie on one another.
CROWD = 240
# How many stand out of a crowd by name, and how many without a place are named.
OUTSTANDING, BESIDE = 12, 12
# The widest range of an axis of points.
WHOLE = (0, 100)
Range = tuple[float, float]
Steps = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One look: either entries, or the cells of a crowd with the entries that stand out of it."""

    sight: Sight
    frame: Frame
    today: date
    totals: Totals
    size: str
    shown: int
    entries: tuple[Entry, ...]
    cells: tuple[Counted, ...] = ()
    trails: Mapping[int, Steps] = field(default_factory=dict)
    unknown: Mapping[int, float] = field(default_factory=dict)
    beside: tuple[Entry, ...] = ()
    days: Sequence[date] = ()
    since: date | None = None
    has_generated: bool = False

    @property
    def is_crowd(self) -> bool:
        return self.shown > CROWD

    @property
    def day(self) -> date:
        return self.frame.day

    @property
    def powers(self) -> Range:
        """The powers of ten between which values lie."""
        return stops.powers(self.totals.least_value, self.totals.most_value)


def find(portfolio: Portfolio, sight: Sight, now: datetime) -> Found | None:
    """What the matrix shows; None on a day before the first that was kept."""
    today = now.astimezone(ZoneInfo(portfolio.time_zone)).date()
    source = sources.of(portfolio, sight, today)
    if source is None:
        return None
    totals = crowds.totals(source.rows, source.frame.risk_line, source.rates)
    size = totals.size(sight.size)
    narrowed = sources.narrowed(source, sight)
    shown = narrowed.count() if sight.is_zoomed else totals.n + (totals.live if sight.has_live else 0)
    days = list(Snapshot.objects.filter(portfolio=portfolio).order_by("day").values_list("day", flat=True))
    since = stops.begun(days, sight.since, source.frame.day)
    found = Found(sight, source.frame, today, totals, size, shown, (), days=days, since=since)
    only = Q(pk__in=_outstanding(source, narrowed, found)) if found.is_crowd else sources.only(source, sight)
    picture = pictures.at(portfolio, source.day, now, sight.choice, only)
    if picture:
        frame = picture.frame
        found = replace(found, frame=frame, entries=picture.entries, has_generated=frame.has_generated)
    found = _crowd(source, narrowed, found) if found.is_crowd else _trailed(portfolio, found)
    if not sight.is_zoomed:
        found = replace(found, beside=_beside(portfolio, source, sight, now))
    if sight.has_unknowns:
        found = replace(found, unknown=unknown(found.entries, is_past=source.is_past))
    return found


def unknown(entries: Collection[Entry], *, is_past: bool) -> dict[int, float]:
    """Points of risk that open questions add: stored on past days, made of the score's inputs today."""
    if is_past:
        return {entry.id: entry.unknown_points for entry in entries if entry.unknown_points is not None}
    ids = [entry.id for entry in entries]
    columns = ("project_id", "scorecard_id", "record")
    made = Assessment.objects.filter(project__in=ids, scorecard__isnull=False).values_list(*columns)
    return {
        pk: explanations.unknown_points(parsed(cast("int", card)), score_records.read(record))
        for pk, card, record in made.iterator()
    }


def _outstanding(source: Source, rows: crowds.Rows, found: Found) -> list[int]:
    """The rows that a crowd names: those with a critical gap, off track, the largest; and the chosen one."""
    # A constant is nothing to sort by: where all weigh the same, the number of people decides.
    size = "effort" if found.size == "equal" else found.size
    amount = crowds.amounts(source.rates)[size]
    order = ("-has_critical_gap", F("weight").desc(nulls_last=True), "pk")
    outstanding = rows.filter(crowds.STANDS_OUT).annotate(weight=amount).order_by(*order)
    ids = list(outstanding.values_list("pk", flat=True)[:OUTSTANDING])
    if found.sight.project:
        name = "project__key" if source.is_past else "key"
        ids += rows.filter(**{name: found.sight.project}).values_list("pk", flat=True)
    return ids


def _crowd(source: Source, rows: crowds.Rows, found: Found) -> Found:
    """With the cells that count it."""
    sight = found.sight
    ranges = (sight.x or WHOLE, found.powers if sight.up == VALUE else (sight.y or WHOLE))
    across, up = source.reading(sight.across), source.reading(sight.up)
    cells = crowds.cells(rows, across, up, ranges, crowds.amounts(source.rates)[found.size])
    return replace(found, cells=tuple(cells))


def _trailed(portfolio: Portfolio, found: Found) -> Found:
    """With where each was at the end of each month since a day; one query."""
    sight, since = found.sight, found.since
    marks = stops.months(found.days, since, found.day) if since and sight.has_trails else []
    if not marks or not found.entries:
        return found
    held = Q()
    for mark in marks:
        held |= Q(since__lte=mark) & (Q(until=None) | Q(until__gte=mark))
    x = crowds.reading(sight.across, is_past=True)
    y = F("annual_value") if sight.up == VALUE else F("impact")
    ids = [entry.id for entry in found.entries]
    rows = ProjectDay.objects.filter(held, portfolio=portfolio, project__in=ids)
    rows = rows.order_by("project_id", "since").annotate(at_x=x, at_y=y)
    steps: dict[int, list[tuple[float, float]]] = defaultdict(list)
    generated = found.frame.has_generated
    columns = ("project_id", "since", "until", "is_generated", "at_x", "at_y")
    for pk, first, last, invented, across, up in rows.values_list(*columns):
        if across is not None and up is not None:
            times = sum(first <= mark and (last is None or mark <= last) for mark in marks)
            steps[pk] += [(across, up)] * times
            generated |= invented
    trails = {pk: _distinct(points) for pk, points in steps.items()}
    return replace(found, trails=trails, has_generated=generated)


def _distinct(points: Sequence[tuple[float, float]]) -> Steps:
    """Without those that repeat the one before."""
    return tuple(point for at, point in enumerate(points) if not at or point != points[at - 1])


def _beside(portfolio: Portfolio, source: Source, sight: Sight, now: datetime) -> tuple[Entry, ...]:
    """Some of those without a place, to be named beside the chart."""
    rows = source.rows.exclude(IS_PLACED).exclude(IS_LIVE).order_by("quadrant", "pk")
    ids = list(rows.values_list("pk", flat=True)[:BESIDE])
    if not ids:
        return ()
    picture = pictures.at(portfolio, source.day, now, sight.choice, Q(pk__in=ids))
    return picture.entries if picture else ()
