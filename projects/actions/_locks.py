"""The project's row, locked for a change: two people at once take turns."""

from collections.abc import Collection
from functools import cache

from django.db.models import Q

from projects.errors import Refused
from projects.models import Project
from projects.queries.ready import Ready


def project(project_id: int, *related: str, even_archived: bool = False) -> Project:
    """The row until the transaction ends, with these related rows; what is archived is not changed.

    What others change under this lock (answers, blockers) is read after it: who has to wait for it gets
    the newest row of the project, but joined rows as they were before the wait.
    """
    if not (rows := _one(*related)(project_id)):
        raise Project.DoesNotExist
    found = rows[0]
    if found.archived_at and not even_archived:
        raise Refused(
            f"{found.key} is archived. Take it out of the archive first.",
            code="archived",
        )
    return found


@cache
def _one(*related: str) -> Ready[Project]:
    rows = Project.objects.select_for_update(of=("self",)).select_related("portfolio", *related)
    return Ready(lambda pk: rows.filter(pk=pk, deleted_at=None))


def projects(project_ids: Collection[int]) -> dict[int, Project]:
    """Several rows by id until the transaction ends, without deleted ones."""
    return {row.pk: row for row in rows(Q(pk__in=project_ids, deleted_at=None))}


def rows(chosen: Q) -> list[Project]:
    """Rows until the transaction ends; whoever needs several takes them in the order of ids."""
    found = Project.objects.select_for_update(of=("self",)).select_related("portfolio")
    return list(found.filter(chosen).order_by("pk"))
