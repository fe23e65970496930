"""Who is asked first about each sort of blocker, as the form says it beforehand."""

from typing import NamedTuple

from projects.models import Project, TeamRole
from projects.models.blockers import POLICY
from projects.rules import roles
from projects.rules.blockers import Category


class Usual(NamedTuple):
    """A category, the role that usually owns it, and who would be asked; empty: nobody."""

    category: Category
    role: str
    owner: str


def usual(project: Project) -> list[Usual]:
    """For each category who holds its role, else the project's owner; one query."""
    held = TeamRole.objects.filter(project=project, user__is_active=True, user__is_service=False)
    # Of several it is the one named first, so that the last entry of the dictionary is theirs.
    people = dict(held.order_by("-pk").values_list("role", "user__name"))
    last = project.owner.name if project.owner and project.owner.is_active else ""
    return [
        Usual(category, roles.label(category.owner), people.get(category.owner, last))
        for category in POLICY.categories
    ]
