"""What the rules are told about a project."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from projects.models import Portfolio, Project, Status
from projects.models.workflows import parsed
from projects.rules.calendars import Calendar
from projects.rules.criterion_kinds.fields import FIELDS, WITH_ANSWERS
from projects.rules.facts import Facts
from projects.rules.positions import Position
from projects.rules.workflow import Workflow


def workflow(project: Project) -> Workflow:
    """The rules that a project follows; no query once a process has read the version."""
    return parsed(project.workflow_id)


def today(project: Project, now: datetime | None = None) -> date:
    """The day it is, or was at `now`, in the portfolio's time zone: all days are counted there."""
    return timezone.localdate(now, timezone=ZoneInfo(project.portfolio.time_zone))


def calendar(portfolio: Portfolio) -> Calendar:
    """On which days a portfolio works."""
    holidays = frozenset(date.fromisoformat(day) for day in portfolio.holidays)
    return Calendar(frozenset(portfolio.working_days), holidays, portfolio.holiday_region)


def position(project: Project) -> Position:
    """Where the project is."""
    return Position(
        stage=project.stage,
        status=project.status,
        outcome=project.outcome,
        furthest_stage=project.furthest_stage,
        attempt=project.attempt,
        ever_in_production=project.ever_in_production,
        hold_until=project.resume_on if project.status == Status.ON_HOLD else None,
        recertify_on=project.recertify_on,
    )


def facts_with(project: Project, people: Mapping[str, int]) -> Facts:
    """What a gate looks at, where it is known how many people hold each role; no query."""
    return Facts(
        fields=_fields(project),
        people=people,
        planned_on=_planned_on(project),
        tier=project.tier,
        personal_data=project.personal_data,
        vendor=project.vendor,
        llm=project.llm,
    )


def _fields(project: Project) -> dict[str, object]:
    """What a gate may require: columns of the same name, but for these four."""
    other = {
        "business_unit": project.unit_id,
        "owner": project.owner_id,
        "ml_objective": project.objective,
        "traits_stated": None not in (project.personal_data, project.llm, project.vendor),
    }
    columns = (name for name in FIELDS if name not in WITH_ANSWERS)
    return {name: other[name] if name in other else getattr(project, name) for name in columns}


def _planned_on(project: Project) -> dict[str, date | None]:
    """The project holds one planned date: that of the gate it stands before."""
    gate = workflow(project).gate_after(project.stage)
    return {gate.code: project.gate_planned_on} if gate else {}
