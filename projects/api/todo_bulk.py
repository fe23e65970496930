"""Many to-dos in one request, added or changed."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import todos, turns
from projects.actors import Actor
from projects.api import bulk, etags, inputs, problems
from projects.api.bulk import Done
from projects.api.idempotency import idempotent
from projects.api.inputs import LARGEST_ID
from projects.api.todos import TodoChanges, TodoIn, TodoOut, resolved, rows_of
from projects.api.views import ApiView
from projects.models import Project, Todo
from projects.queries import todos as todo_queries


class NewTodo(TodoIn):
    """A new to-do and its project."""

    project = serializers.CharField(max_length=20, help_text="Key of its project.")


class ChangedTodo(TodoChanges):
    """One to-do and what is to change of it."""

    id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    etag = serializers.CharField(
        max_length=100, allow_null=True, help_text="`ETag` of `GET todos/{todo_id}`; null for any state."
    )


class TodoResult(bulk.ResultOut):
    """What came of one to-do."""

    todo = TodoOut(allow_null=True)


class BulkTodosOut(bulk.SumOut):
    """What came of all of them."""

    results = TodoResult(many=True)


ADDED = OpenApiExample(
    "Two mitigations",
    {
        "items": [
            {"project": "CLM-7", "text": "Load test at twice the peak", "source": "mitigation", "ref": "MP2"},
            {"project": "CLM-9", "text": "Name a second person for the pipeline", "due_on": "2027-01-15"},
        ]
    },
    request_only=True,
)
CHANGED = OpenApiExample(
    "A week later", {"items": [{"id": 4, "etag": None, "due_on": "2027-01-22"}]}, request_only=True
)


class BulkTodos(ApiView):
    largest_body = bulk.LARGEST_BULK

    @extend_schema(
        operation_id="create_todos",
        summary="Add many to-dos",
        description=f"{bulk.HOW} Each item is as the body of `POST projects/{{key}}/todos`, with `project`.",
        parameters=[bulk.ATOMIC],
        request=bulk.BulkIn,
        responses=BulkTodosOut,
        examples=[ADDED],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        actor = Actor.of(request)
        known = bulk.Projects(actor, bulk.named(request, "project", str))

        def one(item: dict[str, Any]) -> Done:
            said = inputs.checked(NewTodo, item)
            project = known.one(said.pop("project"))
            permissions.require(actor, "todo.edit", project)
            return Done(todos.add(project.pk, actor=actor, **resolved(said, project, actor)).pk, 201)

        return bulk.carry_out(self, request, one, _shown, noun="todo", turn=known.turn("project"))

    @extend_schema(
        operation_id="change_todos",
        summary="Change many to-dos",
        description=f"{bulk.HOW} Each item is as the body of `PATCH todos/{{todo_id}}`, with `id` and the "
        "`etag` that was read.",
        parameters=[bulk.ATOMIC, bulk.ONCE],
        request=bulk.BulkIn,
        responses=BulkTodosOut,
        examples=[CHANGED],
    )
    @idempotent
    def patch(self, request: Request) -> Response:
        actor = Actor.of(request)
        ids = [pk for pk in bulk.named(request, "id", int) if 0 < pk <= LARGEST_ID]
        rows = todo_queries.visible_to(actor).filter(pk__in=ids).values_list("pk", "project__key")
        homes: dict[int, str] = dict(rows)
        known = bulk.Projects(actor, homes.values())
        places = {pk: known.known[key].pk for pk, key in homes.items()}

        def one(item: dict[str, Any]) -> Done:
            said = inputs.checked(ChangedTodo, item)
            pk, etag = said.pop("id"), said.pop("etag")
            project = known.one(homes.get(pk, ""))
            permissions.require(actor, "todo.edit", project)
            if etag is not None:
                _compare(etag, pk, project)
            todos.edit(pk, actor=actor, **resolved(said, project, actor))
            return Done(pk, 200)

        def turn(item: dict[str, Any]) -> int:
            return places.get(item["id"], 0) if type(item.get("id")) is int else 0

        return bulk.carry_out(self, request, one, _shown, noun="todo", turn=turn)


def _compare(etag: str, todo_id: int, project: Project) -> None:
    """Refuse whoever has read another state; the project is locked first, as actions do."""
    turns.hold([project.pk])
    if any(not etags.is_same(etag, etags.of(row)) for row in rows_of(Todo.objects.filter(pk=todo_id))):
        raise problems.Changed


def _shown(ids: Iterable[int]) -> dict[int, Any]:
    return {row["id"]: row for row in rows_of(Todo.objects.filter(pk__in=list(ids)))}
