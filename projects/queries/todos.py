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
from projects.queries import facts, reach, scoring

# The newest of those done; the others are in the history.
DONE = 10
# More fit no screen; the soonest come first.
MOST = 100
LONGEST_ID = 18  # digits that fit an id's column
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
    def late(self) -> str:
        """How long its day has passed, in words."""
        days = (self.today - self.todo.due_on).days if self.todo.due_on else 0
        return "1 day" if days == 1 else f"{days} days"

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
    """The to-dos of a project; one query."""
    rows = Todo.objects.filter(project=project)
    waiting = rows.filter(done_at=None).order_by(*SOONEST).values("pk")[: MOST + 1]
    done = rows.exclude(done_at=None).order_by("-done_at", "-pk").values("pk")[:DONE]
    newest_first = F("done_at").desc(nulls_first=True)
    found = rows.filter(Q(pk__in=waiting) | Q(pk__in=done)).select_related("owner", "done_by")
    today = facts.today(project)
    listed = [Row(todo, today) for todo in found.order_by(newest_first, *SOONEST)]
    still = [row for row in listed if row.todo.done_at is None]
    return Listed(still[:MOST], listed[len(still) :], len(still) > MOST)


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


def following(project: Project, todo: Todo) -> int | None:
    """The open to-do that stands after this one, or before it at the end; one query."""
    rows = Todo.objects.filter(project=project, done_at=None).order_by(*SOONEST)
    ids = list(rows.values_list("pk", flat=True)[: MOST + 1])
    if todo.pk not in ids:
        return None
    place = ids.index(todo.pk)
    others = [*ids[place + 1 :], *reversed(ids[:place])]
    return others[0] if others else None


def origin(project: Project, source: str, ref: str) -> str:
    """The question, gate or blocker that a to-do comes from, in words; empty when the project has no such."""
    if source == TodoSource.MITIGATION:
        card = scoring.card(project)
        return f"{ref}: {card.question(ref).text}" if card.has(ref) else ""
    if source == TodoSource.GATE:
        return _of_a_gate(project, *ref.split(":", 1))
    if source == TodoSource.BLOCKER and ref.isascii() and ref.isdigit() and len(ref) <= LONGEST_ID:
        stops = Q(project=project) | Q(affected=project)
        return Blocker.objects.filter(stops, pk=int(ref)).values_list("title", flat=True).first() or ""
    return ""


def _of_a_gate(project: Project, code: str, name: str | None = None) -> str:
    """The gate, and of G6:training also which of its criteria asks for the to-do."""
    gate = next((gate for gate in facts.workflow(project).gates if gate.code == code), None)
    if gate is None or name is None:
        return gate.label if gate else ""
    asked = (each for each in gate.criteria if each.kind == "todo" and each.name == name)
    return next((f"{gate.label}: {each.label}" for each in asked), "")
