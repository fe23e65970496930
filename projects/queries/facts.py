"""What the rules are told about a project."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from projects.models import Project, Status, TeamRole
from projects.models.workflows import parsed
from projects.rules.facts import Facts
from projects.rules.positions import Position
from projects.rules.workflow import Workflow


def workflow(project: Project) -> Workflow:
    """The rules that a project follows; no query once a process has read the version."""
    return parsed(project.workflow_id)


def today(project: Project, now: datetime | None = None) -> date:
    """The day it is, or was at `now`, in the portfolio's time zone: all days are counted there."""
    return timezone.localdate(now, timezone=ZoneInfo(project.portfolio.time_zone))


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
    )


def facts(project: Project) -> Facts:
    """What a gate looks at; one query, for the team."""
    active = TeamRole.objects.filter(project=project, user__is_active=True)
    return facts_with(project, Counter(active.values_list("role", flat=True)))


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
    traits = (project.personal_data, project.llm, project.vendor)
    return {
        "problem": project.problem,
        "business_unit": project.unit_id,
        "owner": project.owner_id,
        "kind": project.kind,
        "traits_stated": None not in traits,
        "metric_name": project.metric_name,
        "metric_baseline": project.metric_baseline,
        "metric_target": project.metric_target,
        "metric_target_on": project.metric_target_on,
        "metric_owner": project.metric_owner,
        "ml_objective": project.objective,
        "ml_metric": project.ml_metric,
        "tier": project.tier,
        "ai_act_class": project.ai_act_class,
        "committed_on": project.committed_on,
    }


def _planned_on(project: Project) -> dict[str, date | None]:
    """The project holds one planned date: that of the gate it stands before."""
    gate = workflow(project).gate_after(project.stage)
    return {gate.code: project.gate_planned_on} if gate else {}
