"""The roadmap as lines of a page: heads of groups and rows of projects, long ones in parts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from portfolio.insights.charts import gantts
from portfolio.insights.charts.gantts import Axis, Pile, Strip
from portfolio.insights.queries.roadmaps import Roadmap
from portfolio.insights.rules.entries import Entry
from portfolio.insights.rules.roadmaps import FOLDED_FROM, Group

LINES_A_PAGE = 100


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
    pairs: list[tuple[Group, Entry | None]] = []
    for group in groups:
        pairs.append((group, None))
        if not is_folded or group.code == opened:
            pairs += [(group, entry) for entry in group.entries]
    pages = max(1, -(-len(pairs) // LINES_A_PAGE))
    number = min(max(number, 1), pages)
    shown = pairs[(number - 1) * LINES_A_PAGE : number * LINES_A_PAGE]
    lines = []
    if shown and shown[0][1] is not None:
        lines.append(Line(shown[0][0], goes_on=True, href=opening(shown[0][0].code)))
    for group, entry in shown:
        if entry is not None:
            drawn = gantts.strip(entry, scale, is_beyond=roadmap.is_beyond(entry))
            lines.append(Line(group, entry, drawn))
        else:
            is_open = not is_folded or group.code == opened
            seen = () if is_open else gantts.piles(group.entries, scale)
            lines.append(Line(group, None, None, seen, is_open, href=opening(group.code)))
    return Page(tuple(lines), number, pages, is_folded)


def chance(share: float | None) -> str:
    """A chance in the room of a column; what is neither impossible nor sure is not called so."""
    if share is None:
        return "not known"
    if 0 < share < 0.01:
        return "<1%"
    return ">99%" if 0.99 < share < 1 else f"{share:.0%}"
