"""The report on blockers as the page shows it: every number with the list that it counts."""

from dataclasses import dataclass

from projects.queries.blocker_filters import BANDS, BlockerFilters
from projects.queries.blocker_reports import Figures, Report
from projects.templatetags.amounts import amount


@dataclass(frozen=True, slots=True)
class Cell:
    """How many blockers are open so long, and the query of their list."""

    count: int
    query: str


@dataclass(frozen=True, slots=True)
class Line:
    """One category, or all; an empty text stands for what is not known yet."""

    label: str
    query: str
    cells: tuple[Cell, ...]
    open: int
    in_time: str
    judged: str
    median: int | None
    held_up: str


def lines(report: Report, filters: BlockerFilters) -> list[Line]:
    """The categories about which there is something to say."""
    return [
        _line(line.label, line.figures, filters, {"category": (line.code,)})
        for line in report.lines
        if line.figures.open or line.figures.judged or line.figures.median_days is not None
    ]


def whole(report: Report, filters: BlockerFilters) -> Line:
    """All categories together."""
    return _line("All", report.total, filters, {})


def _line(label: str, figures: Figures, filters: BlockerFilters, own: dict[str, tuple[str, ...]]) -> Line:
    asked = {**own, "state": "open"}
    rate = figures.hit_rate
    return Line(
        label=label,
        query=filters.query(**asked),
        cells=tuple(
            Cell(count, filters.query(**asked, age=age))
            for age, count in zip(BANDS, figures.bands, strict=True)
        ),
        open=figures.open,
        in_time="" if rate is None else f"{round(100 * rate)}%",
        judged=f"{figures.in_time} of {figures.judged}",
        median=figures.median_days,
        held_up=", ".join(f"{amount(v)} {currency}" for currency, v in figures.value_held_up.items()),
    )
