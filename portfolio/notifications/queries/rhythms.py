"""By which clock people are written to, with what the product ships where they chose nothing."""

from collections.abc import Collection
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth import get_user_model

from portfolio.notifications.rules.rhythms import Clock

CHOSEN = ("digest_at", "digest_weekday", "quiet_from", "quiet_to", "quiet_weekends")


def of(people: Collection[int]) -> dict[int, Clock]:
    """The clocks of these people by id; one query."""
    columns = ("pk", "time_zone", "rhythm__user_id", *(f"rhythm__{name}" for name in CHOSEN))
    rows = get_user_model().objects.filter(pk__in=people).values_list(*columns)
    return {
        pk: Clock(zone(name), **dict(zip(CHOSEN, chosen, strict=True)) if has_chosen else {})
        for pk, name, has_chosen, *chosen in rows
    }


@cache
def zone(name: str) -> ZoneInfo:
    """A person's time zone; that of the installation where they named none, or one that is no more."""
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)
