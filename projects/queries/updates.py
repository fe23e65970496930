"""What people said about a project: updates, comments, and what they promised."""

from django.db.models import QuerySet

from projects.models import Comment, Flag, Move, MoveKind, Project, StatusUpdate

COMMENTS = 10  # the newest on the page; the others are in the history
WEEKS = 8  # updates in the row of glyphs


def listed(project: Project) -> QuerySet[StatusUpdate]:
    """All updates, newest first, each with its author, what it corrects and what corrects it."""
    rows = StatusUpdate.objects.filter(project=project)
    return rows.select_related("author", "corrects").prefetch_related("corrections").order_by("-at", "-pk")


def latest(project: Project) -> StatusUpdate | None:
    """The newest update, which is the only one that can be corrected; one query."""
    rows = StatusUpdate.objects.filter(project=project).select_related("author", "corrects")
    return rows.order_by("-at", "-pk").first()


def recent(project: Project) -> list[StatusUpdate]:
    """The newest updates that nobody corrected, oldest first; one query."""
    rows = StatusUpdate.objects.filter(project=project, corrections=None).select_related("author")
    return list(rows.order_by("-at", "-pk")[:WEEKS])[::-1]


def comments(project: Project) -> list[Comment]:
    """The newest comments that nobody took back, oldest first; two queries."""
    rows = Comment.objects.filter(project=project, deleted_at=None).select_related("author")
    return list(rows.prefetch_related("mentions").order_by("-at", "-pk")[:COMMENTS])[::-1]


def open_flags(project: Project) -> list[Flag]:
    """The flags that are raised now, the critical first; one query."""
    rows = Flag.objects.filter(project=project, cleared_at=None).order_by("severity", "rule")
    return list(rows)


def reported(project: Project) -> Move | None:
    """The report that put the project where it is, unless a move has followed; one query at most."""
    if not getattr(project, "was_reported", True):
        return None
    changing = Move.objects.filter(project=project).exclude(
        kind__in=[MoveKind.HOLD, MoveKind.RESUME, MoveKind.MIGRATE]
    )
    last = changing.select_related("actor").order_by("-at", "-pk").first()
    return last if last and last.kind == MoveKind.REPORT else None
