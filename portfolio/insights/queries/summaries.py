"""Snapshots, as pages and REST read them."""

from datetime import date, datetime

from django.db.models import Max, QuerySet

from portfolio.insights.models import Snapshot
from projects.models import Portfolio

# The days that somebody may go back to from the page; older ones are there for those who know the date.
LISTED = 60


def _taken() -> QuerySet[Snapshot]:
    """Figures that somebody saw: an invented past has none of its own."""
    return Snapshot.objects.filter(is_generated=False)


def latest(portfolio: Portfolio) -> Snapshot | None:
    """The newest snapshot, or None when none was taken yet."""
    return _taken().filter(portfolio=portfolio).order_by("-day").first()


def on(portfolio: Portfolio, day: date) -> Snapshot | None:
    """The snapshot of one day."""
    return _taken().filter(portfolio=portfolio, day=day).first()


def days(portfolio: Portfolio) -> list[date]:
    """The newest days that have a snapshot, newest first."""
    rows = _taken().filter(portfolio=portfolio).order_by("-day")
    return list(rows.values_list("day", flat=True)[:LISTED])


def taken_at() -> dict[int, datetime]:
    """When each portfolio's figures were last taken, by its id."""
    return dict(_taken().values_list("portfolio_id").annotate(Max("taken_at")).order_by())
