"""The stage clock: calendar days of activity in a stage, pauses and earlier stays counted."""

from datetime import date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from projects.models import Project, Spell
from projects.queries.ready import Ready

NOTHING = timedelta(0)
# Of every attempt: most projects have one.
STAYS = Ready(
    lambda project_id, standard_stage: (
        Spell.objects.filter(project=project_id, standard_stage=standard_stage)
        .order_by()
        .values_list("attempt", "entered_at", "left_at", "held")
    )
)


def shift(project: Project, attempt: int, standard_stage: str) -> timedelta:
    """How far the start of a stay moves back: earlier stays of the attempt under the same standard code.

    Pauses move it forward. One query; the project's row keeps the result as `stage_shift`.
    """
    rows: list[Any] = [row for row in STAYS(project.pk, standard_stage) if row[0] == attempt]
    return sum(((left or entered) - entered - held for _, entered, left, held in rows), NOTHING)


def active_days(
    stage_since: datetime, shift: timedelta, hold_since: datetime | None, now: datetime, zone: tzinfo
) -> int:
    """Whole calendar days of activity in the stage; the count stands still while the project is on hold."""
    end = (hold_since or now).astimezone(zone).date()
    return max((end - (stage_since - shift).astimezone(zone).date()).days, 0)


class Clocks:
    """One moment by the clocks of the portfolios, each time zone looked up once."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._known: dict[str, tuple[ZoneInfo, date]] = {}

    def at(self, name: str) -> tuple[ZoneInfo, date]:
        """The zone of this name and its today."""
        if name not in self._known:
            zone = ZoneInfo(name)
            self._known[name] = zone, self.now.astimezone(zone).date()
        return self._known[name]
