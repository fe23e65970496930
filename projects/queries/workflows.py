"""Workflow versions of a portfolio, and which projects follow which."""

from collections import Counter

from django.db.models import Count, Q, QuerySet

from projects.actors import Actor
from projects.models import Portfolio, Project, WorkflowVersion


def versions(portfolio: Portfolio) -> QuerySet[WorkflowVersion]:
    """Every version, the newest first, each with how many projects follow it."""
    return (
        WorkflowVersion.objects.filter(portfolio=portfolio)
        .select_related("published_by")
        .annotate(users=Count("projects", filter=Q(projects__is_generated=False)))
        .order_by("-number")  # grouping leaves the usual order out
        .defer("definition")
    )


def stage_counts(portfolio: Portfolio, version: WorkflowVersion) -> Counter[str]:
    """How many projects of the portfolio stand in each stage of this version."""
    rows = Project.objects.real().filter(portfolio=portfolio, workflow=version, deleted_at=None)
    return Counter(dict(rows.values_list("stage").annotate(Count("pk")).order_by()))


def behind(portfolio: Portfolio, actor: Actor) -> QuerySet[Project]:
    """Projects that still follow another version than the portfolio's present one."""
    found = Project.objects.visible_to(actor).filter(portfolio=portfolio)
    return (
        found.exclude(workflow_id=portfolio.workflow_id)
        .select_related("workflow", "portfolio")
        .order_by("key")
    )


def stages_to_map(portfolio: Portfolio, actor: Actor) -> list[tuple[WorkflowVersion, str, int]]:
    """Each old version's stage that the present one lacks, with how many projects need an answer."""
    present = {stage.code for stage in portfolio.workflow.rules.stages} if portfolio.workflow else set()
    wanted: Counter[tuple[int, str]] = Counter()
    by_id: dict[int, WorkflowVersion] = {}
    for project in behind(portfolio, actor):
        by_id[project.workflow_id] = project.workflow
        for code in {project.stage, project.furthest_stage} - present:
            wanted[project.workflow_id, code] += 1
    return [(by_id[version], code, count) for (version, code), count in sorted(wanted.items())]
