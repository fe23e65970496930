"""The roadmap as lines of a page: heads of groups and rows of projects, long ones in parts."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from portfolio.insights.charts import gantts
from portfolio.insights.charts.gantts import Axis, Pile, Strip
from portfolio.insights.queries.roadmaps import Roadmap
from portfolio.insights.rules.entries import Entry
from portfolio.insights.rules.forecast.roadmaps import FOLDED_FROM, Group

LINES_A_PAGE = 100


class Place(NamedTuple):
    """A line before it is drawn: a project, or the head of a group."""

    group: Group
    entry: Entry | None
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """A project, or the head of a group (without a project)."""

    group: Group
    entry: Entry | None = None
    strip: Strip | None = None
    piles: tuple[Pile, ...] = ()
    is_open: bool = True
    goes_on: bool = False  # a head repeated at the top of a further page
    href: str = ""  # opens or folds the group

    @property
    def launches(self) -> str:
        """The chance to launch at all."""
        return chance(self.entry.p) if self.entry else ""

    @property
    def on_target(self) -> str:
        """The chance to be live by the day that was promised."""
        return chance(self.entry.p_on_time) if self.entry and self.entry.committed_on else ""


@dataclass(frozen=True, slots=True)
class Page:
    """One part of the lines."""

    lines: tuple[Line, ...]
    number: int
    pages: int
    is_folded: bool

    @property
    def has_rows(self) -> bool:
        """Whether there are projects on it, not only heads of groups."""
        return any(line.entry for line in self.lines)

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.pages


def page(
    roadmap: Roadmap,
    groups: Sequence[Group],
    scale: Axis,
    *,
    opened: str | None,
    number: int,
    opening: Callable[[str], str],
) -> Page:
    """The lines of a page; with many projects only the group that was opened shows its rows."""
    is_folded = len(roadmap.entries) > FOLDED_FROM and len(groups) > 1
    places: list[Place] = []
    for group in groups:
        is_open = not is_folded or group.code == opened
        places.append(Place(group, None, is_open))
        if is_open:
            places += [Place(group, entry) for entry in group.entries]
    pages = max(1, -(-len(places) // LINES_A_PAGE))
    number = min(max(number, 1), pages)
    shown = places[(number - 1) * LINES_A_PAGE : number * LINES_A_PAGE]
    return Page(tuple(_lines(roadmap, shown, scale, opening)), number, pages, is_folded)


def _lines(
    roadmap: Roadmap, shown: Sequence[Place], scale: Axis, opening: Callable[[str], str]
) -> Iterator[Line]:
    """What is drawn of one part; rows whose head stands on the part before get it again."""
    if shown and shown[0].entry is not None:
        yield Line(shown[0].group, goes_on=True, href=opening(shown[0].group.code))
    for group, entry, is_open in shown:
        if entry is not None:
            yield Line(group, entry, gantts.strip(entry, scale, is_beyond=roadmap.is_beyond(entry)))
        else:
            seen = () if is_open else gantts.piles(group.entries, scale)
            yield Line(group, None, None, seen, is_open, href=opening(group.code))


def chance(share: float | None) -> str:
    """A chance in the room of a column; what is neither impossible nor sure is not called so."""
    if share is None:
        return "not known"
    if 0 < share < 0.01:
        return "<1%"
    return ">99%" if 0.99 < share < 1 else f"{share:.0%}"
