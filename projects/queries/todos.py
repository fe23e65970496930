"""To-dos: those of a project, and those of a person."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from projects.actors import Actor
from projects.models import Blocker, Project, Todo, TodoSource
from projects.queries import facts, reach

# The newest of those done; the others are in the history.
DONE = 10
# More fit no screen; the soonest come first.
MOST = 100
SOONEST = (F("due_on").asc(nulls_last=True), "pk")


@dataclass(frozen=True, slots=True)
class Row:
    """One to-do on a day."""

    todo: Todo
    today: date

    @property
    def is_overdue(self) -> bool:
        """Whether its day has passed and nobody has done it."""
        return self.todo.done_at is None and self.todo.due_on is not None and self.todo.due_on < self.today

    @property
    def is_due_today(self) -> bool:
        return self.todo.done_at is None and self.todo.due_on == self.today


@dataclass(frozen=True, slots=True)
class Listed:
    """The open to-dos, soonest first, and the last of those done."""

    open: list[Row]
    done: list[Row]
    more: bool  # whether there are open ones that are not shown

    @property
    def overdue(self) -> int:
        return sum(row.is_overdue for row in self.open)


def of(project: Project) -> Listed:
    """The to-dos of a project; two queries."""
    rows = Todo.objects.filter(project=project).select_related("owner", "done_by")
    waiting = list(rows.filter(done_at=None).order_by(*SOONEST)[: MOST + 1])
    done = rows.exclude(done_at=None).order_by("-done_at", "-pk")[:DONE]
    today = facts.today(project)
    shown = [Row(todo, today) for todo in waiting[:MOST]]
    return Listed(shown, [Row(todo, today) for todo in done], len(waiting) > MOST)


def mine(actor: Actor) -> Listed:
    """The open to-dos of a person on projects that they may see, soonest first; one query beside reach."""
    seen = reach.of(actor).filter(archived_at=None)
    rows = Todo.objects.filter(owner_id=actor.user_id, done_at=None, project__in=seen)
    found = list(rows.select_related("project__portfolio").order_by(*SOONEST)[: MOST + 1])
    now = timezone.now()
    return Listed([Row(todo, facts.today(todo.project, now)) for todo in found[:MOST]], [], len(found) > MOST)


def of_question(project: Project, ref: str) -> list[Todo]:
    """The to-dos that were made of a question's mitigations, open ones first; one query."""
    return by_question(project, [ref]).get(ref, [])


def by_question(project: Project, refs: Iterable[str]) -> dict[str, list[Todo]]:
    """The same for several questions at once; one query."""
    rows = Todo.objects.filter(project=project, source=TodoSource.MITIGATION, ref__in=list(refs))
    found = defaultdict(list)
    for todo in rows.select_related("owner").order_by(F("done_at").asc(nulls_first=True), *SOONEST):
        found[todo.ref].append(todo)
    return dict(found)


def one(project: Project, todo_id: int) -> Todo:
    """A to-do of this project; 404 for any other."""
    found = Todo.objects.filter(project=project, pk=todo_id).select_related("owner").first()
    if found is None:
        raise Http404
    found.project = project
    return found


def visible_to(actor: Actor) -> QuerySet[Todo]:
    """The to-dos of projects that this actor may know of."""
    return Todo.objects.filter(project__in=Project.objects.visible_to(actor))


def is_blocker_of(project: Project, ref: str) -> bool:
    """Whether this is the id of a blocker that stops the project."""
    if not (ref.isascii() and ref.isdigit() and len(ref) <= 18):
        return False
    return Blocker.objects.filter(Q(project=project) | Q(affected=project), pk=int(ref)).exists()
