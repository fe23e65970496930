"""What projects have to do with each other."""

from collections.abc import Iterable

from django.db.models import Q

from projects.models import LinkKind, Project, ProjectLink


def drawn(kind: str, project_id: int, other_id: int) -> ProjectLink | None:
    """The link that says the same; either-or says it in both directions."""
    same = Q(project_id=project_id, other_id=other_id)
    if kind == LinkKind.EITHER_OR:
        same |= Q(project_id=other_id, other_id=project_id)
    return ProjectLink.objects.filter(same, kind=kind).first()


def number(project: Project) -> int:
    """How many links stand on a project."""
    return ProjectLink.objects.filter(Q(project=project) | Q(other=project)).count()


def needs(portfolio_id: int) -> list[tuple[int, int]]:
    """Every pair of a project and what it needs."""
    rows = ProjectLink.objects.filter(kind=LinkKind.NEEDS, project__portfolio_id=portfolio_id)
    return list(rows.values_list("project_id", "other_id"))


def keys(ids: Iterable[int]) -> dict[int, str]:
    """The keys of these projects."""
    return dict(Project.objects.filter(pk__in=ids).values_list("pk", "key"))
