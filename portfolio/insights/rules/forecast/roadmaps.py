"""Projects on their way to production, in groups: what was promised against what is likely."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from portfolio.insights.rules.entries import Entry, Picture

PRODUCTION = "production"
# A promise that three of four futures break is shown in red.
LATE_AT = 0.25
EVEN = 0.5
BYS = ("unit", "date", "stage")
NO_UNIT, NO_DATE = "No unit", "No date yet"
# More than a screen or two of rows and the groups are folded, each with what it adds up to.
FOLDED_FROM = 120


@dataclass(frozen=True, slots=True)
class Group:
    """Projects that stand together; `code` opens it where groups are folded."""

    code: str
    label: str
    entries: tuple[Entry, ...]

    @property
    def late(self) -> int:
        return sum(is_late(entry) for entry in self.entries)

    @property
    def expected(self) -> float:
        """How many of them are likely to launch at all."""
        return sum(entry.p or 0.0 for entry in self.entries)

    @property
    def undated(self) -> int:
        return sum(entry.p50_on is None for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is not known of projects in flight, so that the page can say what to enter."""

    unforecast: int
    uncommitted: int


def in_flight(picture: Picture) -> tuple[Entry, ...]:
    """Open projects before production; those on hold are among them."""
    return tuple(entry for entry in picture.entries if entry.is_open and entry.standard != PRODUCTION)


def is_late(entry: Entry) -> bool:
    """Whether the day that was promised is unlikely to be kept."""
    return entry.committed_on is not None and entry.p_on_time is not None and entry.p_on_time <= LATE_AT


def is_even(entry: Entry) -> bool:
    """Whether the chance of the day that was promised is better than even."""
    return entry.committed_on is not None and entry.p_on_time is not None and entry.p_on_time > EVEN


def gaps(entries: Iterable[Entry]) -> Gaps:
    """How many lack a forecast, and how many a promise."""
    entries = tuple(entries)
    return Gaps(
        sum(entry.p50_on is None for entry in entries), sum(entry.committed_on is None for entry in entries)
    )


def grouped(entries: Iterable[Entry], by: str, stages: Sequence[str] = ()) -> list[Group]:
    """Groups in their order, in each the soonest first; `stages` is the order of stage codes."""
    found: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        found[_place(entry, by)].append(entry)
    order = {code: place for place, code in enumerate(stages)}

    def rank(place: tuple[str, str]) -> tuple[object, ...]:
        code, label = place
        if by == "stage":
            return order.get(code, len(order)), label
        return not code, code if by == "date" else label.casefold()

    return [Group(*place, tuple(sooner_first(found[place]))) for place in sorted(found, key=rank)]


def sooner_first(entries: Iterable[Entry]) -> list[Entry]:
    """By the day on which they are half likely to be live; those without one come last."""
    return sorted(entries, key=lambda entry: (entry.p50_on or date.max, entry.name.casefold(), entry.id))


def quarter(day: date) -> tuple[int, int]:
    """Year and quarter."""
    return day.year, (day.month + 2) // 3


def _place(entry: Entry, by: str) -> tuple[str, str]:
    """Code and label of the group that a project stands in."""
    if by == "stage":
        return entry.stage, entry.stage_label
    if by == "date":
        if entry.p50_on is None:
            return "", NO_DATE
        year, number = quarter(entry.p50_on)
        return f"{year}-{number}", f"Half likely in Q{number} {year}"
    return entry.top_unit, entry.top_unit or NO_UNIT
