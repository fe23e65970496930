"""Forecast rows of the roadmap: strips of one scale, in percent of their width, so text keeps its size."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from portfolio.insights.forecast_sentences import BEYOND, percent
from portfolio.insights.rules.entries import Entry
from portfolio.insights.rules.forecast.roadmaps import is_late, quarter

# Nobody plans by what lies further away; bars that go on end at the edge, the table has their day.
LONGEST_PAST, LONGEST_FUTURE = timedelta(days=365), timedelta(days=6 * 365)
# Behind today there is always a quarter, ahead always a year.
LEAST_PAST, LEAST_FUTURE = timedelta(days=90), timedelta(days=365)
# As many names as fit beside each other: of quarters, and of every other one.
MOST_QUARTERS, MOST_HALVES = 9, 20
# In percent: a year and the word for today need so much room on a phone.
NEAR, ROOM = 12, 30


@dataclass(frozen=True, slots=True)
class Tick:
    """The beginning of a quarter; a label stands in the middle of what it names."""

    x: float
    middle: float
    label: str
    year: str = ""
    is_short: bool = False  # its year has too little room for a name on a phone


@dataclass(frozen=True, slots=True)
class Axis:
    """From the quarter of the first day shown to that of the last."""

    start: date
    end: date
    today: date
    ticks: tuple[Tick, ...]
    is_past: bool = False

    def x(self, day: date) -> float:
        """Where a day stands, in percent; days beyond an end stand at it."""
        day = max(self.start, min(self.end, day))
        return round(100 * (day - self.start).days / (self.end - self.start).days, 2)

    @property
    def now(self) -> float:
        return self.x(self.today)

    @property
    def now_anchor(self) -> str:
        """On which side of its line the word stands, so that it meets no year."""
        near = [tick.x - self.now for tick in self.ticks if tick.year]
        if any(0 <= gap < NEAR for gap in near):
            return "end"
        return "start" if any(-NEAR < gap < 0 for gap in near) else "middle"

    @property
    def now_label(self) -> str:
        """What stands above the line of the day: a past one has its date."""
        return _day(self.today) if self.is_past else "Today"


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a strip: `kind` is its class."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Strip:
    """One project: the days in its stage, then the days until it is likely to be live."""

    past: tuple[Bar, ...] = ()
    ahead: tuple[Bar, ...] = ()
    half: float | None = None
    target: float | None = None
    is_late: bool = False
    missing: str = ""  # why there are no days
    says: str = ""


@dataclass(frozen=True, slots=True)
class Pile:
    """How many projects of a group are half likely in a quarter."""

    x: float
    width: float
    middle: float
    number: int
    opacity: float
    says: str


def axis(today: date, entries: Iterable[Entry], *, is_past: bool = False) -> Axis:
    """Long enough for what it has to show."""
    first, last = today - LEAST_PAST, today + LEAST_FUTURE
    for entry in entries:
        first = min(first, today - timedelta(days=entry.days_in_stage))
        last = max(last, *(day for day in (entry.p95_on, entry.committed_on) if day), last)
    start = _begins(max(first, today - LONGEST_PAST))
    end = _next(_begins(min(last, today + LONGEST_FUTURE)))
    return Axis(start, end, today, tuple(_ticks(start, end)), is_past)


def strip(entry: Entry, scale: Axis, *, is_beyond: bool = False) -> Strip:
    """A project as bars; `is_beyond` where it was forecast and no simulated future brought it live."""
    missing = "" if entry.p50_on else BEYOND if is_beyond else "no forecast yet"
    return Strip(
        tuple(_past(entry, scale)),
        tuple(_ahead(entry, scale)),
        scale.x(max(entry.p50_on, scale.today)) if entry.p50_on else None,
        scale.x(entry.committed_on) if entry.committed_on else None,
        is_late(entry),
        missing,
        _says(entry, missing),
    )


def piles(entries: Iterable[Entry], scale: Axis) -> tuple[Pile, ...]:
    """A group as numbers by quarter: where its projects are half likely to be live."""
    numbers: dict[date, int] = {}
    for entry in entries:
        if entry.p50_on:
            day = max(entry.p50_on, scale.today)
            numbers[_begins(day)] = numbers.get(_begins(day), 0) + 1
    most = max(numbers.values(), default=1)
    return tuple(
        _pile(day, number, most, scale) for day, number in sorted(numbers.items()) if day < scale.end
    )


def _pile(day: date, number: int, most: int, scale: Axis) -> Pile:
    x, end = scale.x(day), scale.x(_next(day))
    year, name = quarter(day)
    return Pile(
        x,
        round(end - x, 2),
        round((x + end) / 2, 2),
        number,
        # The fewest are still seen, and a number on the darkest is still read.
        round(0.15 + 0.35 * number / most, 2),
        f"{number} in Q{name} {year}",
    )


def _past(entry: Entry, scale: Axis) -> Iterator[Bar]:
    """The days in the present stage; those beyond the typical stay once more, darker."""
    days, usual = entry.days_in_stage, entry.typical_days
    if days:
        yield _bar("g-past", scale.today - timedelta(days=days), scale.today, scale)
    if usual and days > usual[0]:
        yield _bar("g-past is-over", scale.today - timedelta(days=days - usual[0]), scale.today, scale)


def _ahead(entry: Entry, scale: Axis) -> Iterator[Bar]:
    since = scale.today
    for kind, until in (("g50", entry.p50_on), ("g80", entry.p80_on), ("g95", entry.p95_on)):
        if until and until > since:
            yield _bar(kind, since, until, scale)
            since = until


def _bar(kind: str, since: date, until: date, scale: Axis) -> Bar:
    x = scale.x(since)
    return Bar(kind, x, round(scale.x(until) - x, 2))


def _says(entry: Entry, missing: str) -> str:
    """The strip for those who do not see it."""
    stay = f"{entry.days_in_stage} days in {entry.stage_label}"
    days = [("half likely by", entry.p50_on), ("80% by", entry.p80_on), ("95% by", entry.p95_on)]
    known = [f"{words} {_day(day)}" for words, day in days if day] or [missing]
    target = f"target {_day(entry.committed_on)}" if entry.committed_on else "no target"
    if entry.committed_on and entry.p_on_time is not None:
        target += f", chance {percent(entry.p_on_time)}"
    return f"{stay}; {', '.join(known)}; {target}"


def _day(day: date | None) -> str:
    return f"{day.day} {day:%b %Y}" if day else ""


def _ticks(start: date, end: date) -> Iterator[Tick]:
    """One for each quarter that gets a line; with many of them only every other one, or the years."""
    number = 4 * (end.year - start.year) + quarter(end)[1] - quarter(start)[1]
    step = 1 if number <= MOST_QUARTERS else 2 if number <= MOST_HALVES else 4
    whole = (end - start).days
    day = start
    while day < end:
        until = _next(day)
        while until < end and (quarter(until)[1] - 1) % step:
            until = _next(until)
        # What is named is the quarter itself, also where the next one goes without a name.
        x, right = 100 * (day - start).days / whole, 100 * (_next(day) - start).days / whole
        label = f"Q{quarter(day)[1]}" if step < 4 else ""
        is_named = day == start or quarter(day)[1] == 1
        room = 100 * (date(day.year + 1, 1, 1) - day).days / whole
        name = str(day.year) if is_named else ""
        yield Tick(round(x, 2), round((x + right) / 2, 2), label, name, day == start and room < ROOM)
        day = until


def _begins(day: date) -> date:
    """The first day of its quarter."""
    return date(day.year, 3 * (quarter(day)[1] - 1) + 1, 1)


def _next(day: date) -> date:
    """The first day of the next quarter."""
    return _begins(_begins(day) + timedelta(days=100))
