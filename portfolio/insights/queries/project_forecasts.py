"""The forecast of one project: what is stored now, and how it moved since the first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from projects.models import Forecast, Project

# Four years of month-ends; an older forecast tells nothing about today's.
MOST = 60


@dataclass(frozen=True, slots=True)
class Point:
    """A stored forecast: the day on which it was made, and the days that it gave."""

    on: date
    occasion: str
    p: float
    p_on_time: float | None
    p50_on: date | None
    p80_on: date | None
    p95_on: date | None
    is_generated: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the panel of a project shows."""

    today: date
    made_at: datetime | None
    p: float | None
    p_on_time: float | None
    committed_on: date | None
    p05_on: date | None
    p50_on: date | None
    p80_on: date | None
    p95_on: date | None
    points: Sequence[Point]  # oldest first

    @property
    def is_known(self) -> bool:
        """Whether a forecast has been made."""
        return self.made_at is not None or bool(self.points)

    @property
    def has_generated(self) -> bool:
        return any(point.is_generated for point in self.points)


def of(project: Project, now: datetime) -> Outlook:
    """The present forecast from the project's row, earlier ones from the store; one query."""
    rows = Forecast.objects.filter(project=project).order_by("-on", "-pk")
    found = rows.values_list(
        *("on", "occasion", "p_production", "p_on_time", "p50_on", "p80_on", "p95_on", "is_generated")
    )
    # A gate may fall on a month's end: of one day, the later forecast is enough.
    by_day = {row[0]: Point(*row) for row in reversed(found[:MOST])}
    return Outlook(
        today=now.astimezone(ZoneInfo(project.portfolio.time_zone)).date(),
        made_at=project.forecast_at,
        p=project.p_production,
        p_on_time=project.p_on_time,
        committed_on=project.committed_on,
        p05_on=project.p05_on,
        p50_on=project.p50_on,
        p80_on=project.p80_on,
        p95_on=project.p95_on,
        points=list(by_day.values()),
    )
