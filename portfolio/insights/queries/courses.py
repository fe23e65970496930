"""What the projects of a portfolio have been through, ended ones too, as it was known at a moment."""

from collections import defaultdict
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from django.db.models import Q

from portfolio.insights.rules.balance.courses import Course, Visit
from projects.models import Portfolio, Project, Spell

FACTS = (
    *("first_exposure_on", "metric_baseline", "metric_target", "metric_realised"),
    *("metric_measured_on", "is_generated"),
)


def of(portfolio: Portfolio, now: datetime) -> list[Course]:
    """Every project with its visits until that moment; two queries."""
    zone = ZoneInfo(portfolio.time_zone)
    visits = _visits(portfolio, now, zone)
    there = Q(deleted_at=None) | Q(deleted_at__gt=now)
    rows = Project.objects.filter(there, portfolio=portfolio, created_at__lte=now).order_by("pk")
    values = rows.values_list("pk", "key", "name", "ended_at", *FACTS)
    return [
        Course(key, name, tuple(visits.get(pk, ())), _day(ended, now, zone), *facts)
        for pk, key, name, ended, *facts in values.iterator(chunk_size=2_000)
    ]


def _visits(portfolio: Portfolio, now: datetime, zone: tzinfo) -> dict[int, list[Visit]]:
    found: dict[int, list[Visit]] = defaultdict(list)
    rows = Spell.objects.filter(project__portfolio=portfolio, entered_at__lte=now)
    values = rows.order_by("project_id", "attempt", "entered_at", "pk").values_list(
        "project_id", "attempt", "standard_stage", "entered_at", "left_at", "cause"
    )
    for project_id, attempt, stage, entered, left, cause in values.iterator(chunk_size=5_000):
        until = _day(left, now, zone)
        visit = Visit(attempt, stage, entered.astimezone(zone).date(), until, cause if until else "")
        found[project_id].append(visit)
    return found


def _day(at: datetime | None, now: datetime, zone: tzinfo) -> date | None:
    """The day of a moment; what came later has not happened yet."""
    return at.astimezone(zone).date() if at is not None and at <= now else None
