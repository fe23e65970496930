"""Schedules as their page shows them."""

from django.db.models import Max, QuerySet

from portfolio.reports.models import ReportSchedule
from projects.models import Portfolio


def of(portfolio: Portfolio) -> QuerySet[ReportSchedule]:
    """Those in force, with their people and when each went out last; two queries."""
    rows = ReportSchedule.objects.filter(portfolio=portfolio, ended_at=None)
    return rows.annotate(last_on=Max("sent__day")).prefetch_related("recipients").order_by("name", "pk")
