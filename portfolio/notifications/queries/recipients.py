"""Whom a message may reach: rights are asked for when it is written, and again when its mail is sent."""

from collections.abc import Collection

from projects.models import Project, TeamRole
from projects.queries import people


def may_be_told(wanted: Collection[tuple[Project, int]]) -> set[tuple[int, int]]:
    """Of pairs of a project and a person's id, those still here who may see it; one query for each portfolio.

    The answer holds ids: (project, person).
    """
    pairs = [(project, person_id) for project, person_id in wanted if project.deleted_at is None]
    asked = {person_id for _, person_id in pairs}
    by_portfolio = {
        portfolio: set(people.who_may_see_all(portfolio).filter(pk__in=asked).values_list("pk", flat=True))
        for portfolio in {project.portfolio for project, _ in pairs}
    }
    teams = TeamRole.objects.filter(
        project__in={project.pk for project, _ in pairs},
        user__in=asked,
        user__is_active=True,
        user__is_service=False,
    )
    on_team = set(teams.values_list("project_id", "user_id"))
    return {
        (project.pk, person_id)
        for project, person_id in pairs
        if person_id in by_portfolio[project.portfolio] or (project.pk, person_id) in on_team
    }
