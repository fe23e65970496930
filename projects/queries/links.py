"""What projects have to do with each other."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from projects.actors import Actor
from projects.models import LinkKind, Project, ProjectLink
from projects.queries.ready import Ready

# A link as one of its ends reads it: what it means, in words.
WORDS = {"needs": "Needs", "needed_by": "Is needed by", "either_or": "Either this or"}


@dataclass(frozen=True, slots=True)
class Bond:
    """A link as it is read from one of its two projects."""

    id: int
    meaning: str  # one of WORDS
    other: Project
    note: str
    added_at: datetime

    @property
    def words(self) -> str:
        return WORDS[self.meaning]


def of_project(project: Project, actor: Actor) -> list[Bond]:
    """What a project is bound to, as far as the actor may know of the other ends; one query."""
    asked = project.pk, actor.reader_id
    rows = BOUND(*asked) if actor.portfolios is None else _seen(*asked, actor.portfolios)
    return [_bond(link, project) for link in rows]


def one(project: Project, link_id: int, actor: Actor) -> ProjectLink | None:
    """A link that stands on this project, if the actor may know of its other end."""
    return _seen(project.pk, actor.reader_id, actor.portfolios).filter(pk=link_id).first()


def _seen(
    project: int, seen_by: int | None, portfolios: Collection[int] | None = None
) -> QuerySet[ProjectLink]:
    """The links of a project whose other ends somebody may know of; None: of all."""
    seen = Project.objects.visible(seen_by, portfolios)
    ends = Q(project=project, other__in=seen) | Q(other=project, project__in=seen)
    return ProjectLink.objects.filter(ends).select_related("project", "other").order_by("-kind", "pk")


# Every page of a project asks for them.
BOUND = Ready(_seen)


def _bond(link: ProjectLink, project: Project) -> Bond:
    is_first = link.project_id == project.pk
    meaning = "needed_by" if link.kind == LinkKind.NEEDS and not is_first else link.kind
    other = link.other if is_first else link.project
    return Bond(link.pk, meaning, other, link.note, link.added_at)


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
