"""The stage clock: calendar days of activity in a stage, pauses and earlier stays counted."""

from datetime import date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Q

from projects.models import Spell

NOTHING = timedelta(0)


def shifts(**projects: Any) -> dict[int, timedelta]:
    """How far the start of the present stay moves back, by project id; most are not named. One query.

    Earlier stays of the attempt under the same standard code move it back, pauses move it forward.
    `projects` is a condition on the project's id, such as `project_id__in`.
    """
    stays = (
        Spell.objects.filter(
            Q(left_at__isnull=False) | Q(held__gt=NOTHING),
            attempt=F("project__attempt"),
            standard_stage=F("project__standard_stage"),
            **projects,
        )
        .order_by()
        .values_list("project_id", "entered_at", "left_at", "held")
    )
    found: dict[int, timedelta] = {}
    for project_id, entered_at, left_at, held in stays:
        stayed = left_at - entered_at if left_at else NOTHING
        found[project_id] = found.get(project_id, NOTHING) + stayed - held
    return found


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
