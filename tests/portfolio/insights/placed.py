"""Projects with a place on the matrix, put there by their stored scores."""

from datetime import timedelta

from portfolio.insights.models import Snapshot
from portfolio.insights.queries import pictures
from projects.actions import days
from projects.models import Project
from projects.queries import days as day_queries
from projects.rules.quadrants import QUADRANTS
from tests.factories import SYSTEM, a_project


def placed(portfolio, name, risk, impact, **columns):
    """A project past intake that stands there; further columns as they are stored."""
    project = a_project(portfolio, name)
    stands = {
        "stage": "data",
        "standard_stage": "data",
        "furthest_stage": "data",
        "risk": risk,
        "impact": impact,
        "p_production": 0.5,
        "quadrant": QUADRANTS[risk >= portfolio.risk_line, impact >= portfolio.impact_line],
        "capacity_fte": 2,
    }
    Project.objects.filter(pk=project.pk).update(**(stands | columns))
    project.refresh_from_db()
    return project


def keep(portfolio, now):
    """The nightly run keeps the day."""
    days.take(portfolio.pk, actor=SYSTEM, now=now)
    return Snapshot.objects.create(
        portfolio=portfolio,
        day=day_queries.today(portfolio, now),
        taken_at=now,
        body={},
        frame=pictures.kept_frame(portfolio),
        model_version=1,
    )


def move(project, **columns):
    """It stands elsewhere from now on."""
    Project.objects.filter(pk=project.pk).update(**columns)
    project.refresh_from_db()


MONTH = timedelta(days=31)
