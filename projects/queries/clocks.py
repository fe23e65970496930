"""The stage clock: calendar days of activity in a stage, pauses and earlier stays counted."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q

from projects.models import Project, Spell
from projects.queries.ready import Ready

NOTHING = timedelta(0)


class Spent(NamedTuple):
    """One spell as the stage clock reads it; `left_at` is None for the present one."""

    id: int
    attempt: int
    standard_stage: str
    entered_at: datetime
    left_at: datetime | None
    held: timedelta


SPELLS = Ready(
    lambda pk, standard_stage: (
        Spell.objects.filter(Q(left_at=None) | Q(standard_stage=standard_stage), project=pk)
        .order_by()
        .values_list(*Spent._fields)
    )
)


def spells(project: Project, standard_stage: str) -> list[Spent]:
    """The present spell of a project, and those under a standard code; one query."""
    return [Spent._make(row) for row in SPELLS(project.pk, standard_stage)]


def shift(spells: Iterable[Spent], attempt: int, standard_stage: str) -> timedelta:
    """How far the start of a stay moves back: earlier stays of the attempt under the same standard code.

    Pauses move it forward. The project's row keeps the result as `stage_shift`.
    """
    same = [spell for spell in spells if (spell.attempt, spell.standard_stage) == (attempt, standard_stage)]
    return sum(((each.left_at or each.entered_at) - each.entered_at - each.held for each in same), NOTHING)


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
