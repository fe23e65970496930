"""Links between projects of one portfolio: what needs what, and what excludes what."""

from django.db import transaction

from projects import events, permissions
from projects.actions import _locks
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio, Project, ProjectLink
from projects.queries import links as queries
from projects.rules import links as rules

MOST = 50  # links of one project: beyond it nobody reads them


@transaction.atomic
def add(project_id: int, *, kind: str, other_id: int, actor: Actor, note: str = "") -> ProjectLink:
    """Link two projects; drawn already, in either direction where it reads both ways, is no change."""
    project = _held(project_id, actor)
    other = _other(project, other_id, actor)
    known = queries.drawn(kind, project.pk, other.pk)
    if known is not None:
        return known
    if kind == rules.NEEDS:
        _no_circle(project, other)
    if queries.number(project) >= MOST:
        raise Refused(f"{project.key} has {MOST} links already. Remove one first.", code="too_many_links")
    link = ProjectLink.objects.create(
        kind=kind,
        project=project,
        other=other,
        note=" ".join(note.split()),
        added_by_id=actor.user_id,
        added_at=actor.now(),
    )
    _record(link, "link.added", actor)
    return link


@transaction.atomic
def remove(link_id: int, *, actor: Actor) -> None:
    """Take a link away; it stands on both projects."""
    found = ProjectLink.objects.select_related("project", "other").get(pk=link_id)
    found.project = _held(found.project_id, actor)
    _record(found, "link.removed", actor)
    found.delete()


def _held(project_id: int, actor: Actor) -> Project:
    """The project, with its portfolio locked first: two links at once could close a circle."""
    portfolio_id = Project.objects.values_list("portfolio_id", flat=True).get(pk=project_id)
    Portfolio.objects.select_for_update(of=("self",)).get(pk=portfolio_id)
    project = _locks.project(project_id)
    permissions.require(actor, "link.edit", project)
    return project


def _other(project: Project, other_id: int, actor: Actor) -> Project:
    other = Project.objects.visible_to(actor).filter(pk=other_id).first()
    if other is None:
        raise Refused("There is no such project.", code="unknown_project")
    if other.pk == project.pk:
        raise Refused("A project is not linked to itself. Choose another one.", code="same_project")
    if other.portfolio_id != project.portfolio_id:
        raise Refused(
            f"{other.key} belongs to another portfolio. Only projects that are balanced together are linked.",
            code="other_portfolio",
        )
    return other


def _no_circle(project: Project, other: Project) -> None:
    way = rules.circle(queries.needs(project.portfolio_id), project.pk, other.pk)
    if way:
        keys = queries.keys(way)
        told = " needs ".join(keys[pk] for pk in way)
        raise Refused(
            f"{told} already, so that each would wait for the other. Remove one of these links first.",
            code="circle",
        )


def _record(link: ProjectLink, kind: str, actor: Actor) -> None:
    """On both projects, each naming the other; one event each, as their histories are read apart."""
    events.record(link.project, kind, actor, link=link.pk, sort=link.kind, to=link.other.key)
    events.record(link.other, kind, actor, link=link.pk, sort=link.kind, came_from=link.project.key)
