"""The stage clock: calendar days of activity in a stage, pauses and earlier stays counted."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import F, Max, QuerySet, Sum
from django.db.models.functions import Coalesce

from projects.models import Project, Spell
from projects.queries.ready import Ready

NOTHING = timedelta(0)


class Spent(NamedTuple):
    """All stays of one attempt under one standard code: when the last of them ended, and their activity."""

    until: datetime | None
    time: timedelta


def stay_rows(ids: Collection[int]) -> QuerySet[Spell, Any]:
    """The stays of these projects, for `spent`."""
    lasted = Coalesce("left_at", "entered_at") - F("entered_at")
    stays = Spell.objects.filter(project__in=ids).order_by().values("project_id", "attempt", "standard_stage")
    return stays.annotate(until=Max("left_at"), lasted=Sum(lasted), paused=Sum("held")).values_list(
        "project_id", "attempt", "standard_stage", "until", "lasted", "paused"
    )


STAYS = Ready(lambda pk: stay_rows([pk]))


def spent(rows: Iterable[Sequence[Any]]) -> dict[tuple[int, int, str], Spent]:
    """Stays by project, attempt and standard code."""
    return {
        (pk, attempt, standard): Spent(until, lasted - paused)
        for pk, attempt, standard, until, lasted, paused in rows
    }


def shift(project: Project, attempt: int, standard_stage: str) -> timedelta:
    """How far the start of a stay moves back: earlier stays of the attempt under the same standard code.

    Pauses move it forward. One query; the project's row keeps the result as `stage_shift`.
    """
    earlier = spent(STAYS(project.pk)).get((project.pk, attempt, standard_stage))
    return earlier.time if earlier else NOTHING


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
