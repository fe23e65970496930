"""What people said about a project: updates, comments, and what they promised."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from projects.models import Comment, Flag, Move, MoveKind, Project, StatusUpdate
from projects.queries import facts
from projects.rules import no_changes
from projects.rules.facts import Obstacle

COMMENTS = 10  # the newest on the page; the others are in the history
WEEKS = 8  # updates in the row of glyphs


@dataclass(frozen=True, slots=True)
class WithoutChange:
    """What one click would say of a project: the health of the last update and this text.

    The last one may have said it today already, or an obstacle keeps it from being said.
    """

    last: StatusUpdate | None
    text: str = ""
    was_said_today: bool = False
    obstacle: Obstacle | None = None

    @property
    def health(self) -> str:
        """As the last update says."""
        return self.last.health if self.last else ""


def without_change(project: Project, now: datetime) -> WithoutChange:
    """What would be said by "no change" at this moment; one query."""
    newest = StatusUpdate.objects.filter(project=project, corrections=None).select_related("author")
    last = list(newest.order_by("-at", "-pk")[: no_changes.IN_A_ROW])
    today = facts.today(project, now)
    if not last:
        return WithoutChange(None, obstacle=no_changes.obstacle([], None, today))
    # Moves and evidence are news too: it is true only of the time since the last of all that.
    since = facts.today(project, project.last_update_at or last[0].at)
    return WithoutChange(
        last[0],
        no_changes.text(since),
        last[0].is_no_change and facts.today(project, last[0].at) == today,
        no_changes.obstacle([update.is_no_change for update in last], since, today),
    )


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
    rows = Flag.objects.filter(project=project, cleared_at=None).select_related("portfolio")
    return list(rows.order_by("severity", "rule"))


def reported(project: Project) -> Move | None:
    """The report that put the project where it is, unless a move has followed; one query at most."""
    if not getattr(project, "was_reported", True):
        return None
    changing = Move.objects.filter(project=project).exclude(
        kind__in=[MoveKind.HOLD, MoveKind.RESUME, MoveKind.MIGRATE]
    )
    last = changing.select_related("actor").order_by("-at", "-pk").first()
    return last if last and last.kind == MoveKind.REPORT else None
