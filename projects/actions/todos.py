"""To-dos: small things to do for a project, added, changed and done."""

from datetime import date
from typing import Any

from django.db import transaction

from projects import events, permissions
from projects.actions import _locks, _owners
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Project, Todo, TodoSource
from projects.queries import todos as todo_queries
from projects.rules import todos as rules
from projects.rules.facts import Obstacle

EDITABLE = ("text", "owner", "due_on", "link")
# What `ref` names.
NOUNS = {TodoSource.MITIGATION: "question", TodoSource.GATE: "gate", TodoSource.BLOCKER: "blocker"}


@transaction.atomic
def add(
    project_id: int,
    *,
    text: str,
    actor: Actor,
    owner: Any = None,
    due_on: date | None = None,
    link: str = "",
    source: str = TodoSource.FREE,
    ref: str = "",
) -> Todo:
    """Note a thing to do; `ref` is the question, gate or blocker that it comes from."""
    project = _locks.project(project_id)
    permissions.require(actor, "todo.edit", project)
    text, link = _line(text), link.strip()
    found = [*rules.obstacles(text, due_on, link), *_owners.obstacles(owner, project)]
    _refuse([*found, *_source_obstacles(project, source, ref)])
    todo = Todo.objects.create(
        project=project,
        text=text,
        owner=owner,
        due_on=due_on,
        link=link,
        source=source,
        ref=ref,
        created_by_id=actor.user_id,
        created_at=actor.now(),
    )
    said = {"owner": _plain(owner), "due_on": _plain(due_on), "source": source, "ref": ref}
    events.record(project, "todo.added", actor, todo=todo.pk, text=text, **said)
    return todo


@transaction.atomic
def edit(todo_id: int, *, actor: Actor, **fields: Any) -> Todo:
    """Change text, owner, due_on or link; what is not named stays, as somebody else may be changing it."""
    if unknown := set(fields) - set(EDITABLE):
        raise ValueError(f"Not fields of a to-do that can be changed: {', '.join(sorted(unknown))}.")
    todo = _held(todo_id, actor)
    said = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    if "text" in said:
        said["text"] = _line(said["text"])
    changed = {name: value for name, value in said.items() if value != getattr(todo, name)}
    if not changed:
        return todo
    changes = {name: [_plain(getattr(todo, name)), _plain(value)] for name, value in changed.items()}
    for name, value in changed.items():
        setattr(todo, name, value)
    found = rules.obstacles(todo.text, todo.due_on, todo.link)
    # Who owns it already stays, whoever that is.
    _refuse([*found, *_owners.obstacles(changed.get("owner"), todo.project)])
    todo.save(update_fields=list(changed))
    events.record(todo.project, "todo.edited", actor, todo=todo.pk, text=todo.text, changes=changes)
    return todo


@transaction.atomic
def finish(todo_id: int, *, actor: Actor) -> Todo:
    """It is done; done already is no change. Whoever owns it may always say so."""
    todo = _held(todo_id, actor, owner_may=True)
    if todo.done_at is None:
        todo.done_at, todo.done_by_id = actor.now(), actor.user_id
        _keep(todo, "todo.done", actor)
    return todo


@transaction.atomic
def reopen(todo_id: int, *, actor: Actor) -> Todo:
    """It is still to do; open already is no change. Whoever owns it may always say so."""
    todo = _held(todo_id, actor, owner_may=True)
    if todo.done_at is not None:
        todo.done_at = todo.done_by = None
        _keep(todo, "todo.reopened", actor)
    return todo


@transaction.atomic
def remove(todo_id: int, *, actor: Actor) -> None:
    """Take a to-do away that is not to be done; the history keeps its words."""
    todo = _held(todo_id, actor)
    said = {"owner": todo.owner_id, "due_on": _plain(todo.due_on), "source": todo.source, "ref": todo.ref}
    events.record(todo.project, "todo.removed", actor, todo=todo.pk, text=todo.text, **said)
    todo.delete()


def _held(todo_id: int, actor: Actor, *, owner_may: bool = False) -> Todo:
    """The row and its project, locked, for somebody who may change it."""
    project_id = Todo.objects.filter(pk=todo_id).values_list("project_id", flat=True).first()
    project = _locks.project(project_id) if project_id else None
    rows = Todo.objects.select_for_update(of=("self",)).select_related("owner")
    todo = rows.filter(pk=todo_id).first()
    if project is None or todo is None:
        raise Refused("Somebody has removed this to-do.", code="removed")
    todo.project = project
    if owner_may and actor.user_id is not None and todo.owner_id == actor.user_id:
        permissions.require_scope(actor, "todo.edit")
        permissions.require(actor, "project.view", project)
    else:
        permissions.require(actor, "todo.edit", project)
    return todo


def _keep(todo: Todo, kind: str, actor: Actor) -> None:
    todo.save(update_fields=["done_at", "done_by"])
    events.record(todo.project, kind, actor, todo=todo.pk, text=todo.text)


def _source_obstacles(project: Project, source: str, ref: str) -> list[Obstacle]:
    """Why it cannot come from there: a question, gate or blocker that the project does not have."""
    if source not in TodoSource.values:
        remedy = f"Use one of {', '.join(TodoSource.values)}."
        return [Obstacle("source_unknown", f"There is no source “{source[:40]}”.", remedy, "source")]
    if source == TodoSource.FREE:
        remedy = "Leave ref out, or give the source."
        message = "A to-do added by hand comes from nowhere."
        return [Obstacle("ref_unknown", message, remedy, "ref")] if ref else []
    if todo_queries.origin(project, source, ref):
        return []
    noun = NOUNS[TodoSource(source)]
    remedy = f"Name a {noun} of this project, or leave source and ref out."
    return [Obstacle("ref_unknown", f"{project.key} has no {noun} “{ref[:40]}”.", remedy, "ref")]


def _refuse(found: list[Obstacle]) -> None:
    if found:
        only = found[0]
        message = f"{only.message} {only.remedy}" if len(found) == 1 else "Nothing was stored."
        raise Refused(message, code="todo_refused", obstacles=found)


def _line(text: str) -> str:
    return " ".join(text.split())


def _plain(value: Any) -> Any:
    """A value as an event's payload can hold it."""
    if value is None or isinstance(value, str):
        return value
    return value.pk if hasattr(value, "pk") else value.isoformat()
