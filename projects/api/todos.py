"""To-dos: small things to do for a project; larger work lives in an issue tracker, to which they link."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import todos
from projects.actors import Actor
from projects.api import cursors, etags, inputs, people
from projects.api.idempotency import idempotent
from projects.api.inputs import Choice, Day, In
from projects.api.schema import parameter
from projects.api.views import ApiView, project_for_write, project_to_read
from projects.models import Project, Todo, TodoSource
from projects.queries import people as people_queries
from projects.queries import todos as todo_queries
from projects.rules.todos import LONGEST_LINK, LONGEST_REF, LONGEST_TEXT

COLUMNS = ("id", "text", "due_on", "link", "source", "ref", "created_at", "done_at")
RELATED = ("project__key", *people.columns("owner"), *people.columns("done_by"))
STATES = {"open": Q(done_at=None), "done": Q(done_at__isnull=False), "all": Q()}
ID = parameter("todo_id", "Id of the to-do.", place="path", kind=int)


class TodoChanges(In):
    """What can be changed of a to-do; what is left out stays as it is."""

    text = serializers.CharField(max_length=LONGEST_TEXT, required=False)
    owner = serializers.EmailField(
        allow_null=True, required=False, help_text="Address of somebody who may see the project."
    )
    due_on = Day(allow_null=True, required=False)
    link = serializers.CharField(
        max_length=LONGEST_LINK, allow_blank=True, required=False, help_text="Of an issue tracker; http(s)."
    )


class TodoIn(TodoChanges):
    """A new to-do; only its text is needed."""

    text = serializers.CharField(max_length=LONGEST_TEXT)
    source = Choice(TodoSource.choices, default=TodoSource.FREE)  # type: ignore[assignment]
    ref = serializers.CharField(
        max_length=LONGEST_REF,
        allow_blank=True,
        default="",
        help_text="Where it comes from: id of a question (WP1), code of a gate (G2) or id of a blocker.",
    )


class TodoQuery(cursors.PageQuery):
    """Which to-dos of a project."""

    state = Choice(list(STATES), default="open")


class AllQuery(TodoQuery):
    """Which to-dos of all projects."""

    mine = serializers.BooleanField(default=False, help_text="Only those that the caller owns.")


class TodoOut(serializers.Serializer[Any]):
    """One to-do."""

    id = serializers.IntegerField()
    project = serializers.CharField(help_text="Key of its project.")
    text = serializers.CharField()
    owner = people.PersonOut(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    link = serializers.CharField(allow_blank=True)
    source = serializers.ChoiceField(TodoSource.choices)  # type: ignore[assignment]
    ref = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True, help_text="Null while it is still to do.")
    done_by = people.PersonOut(allow_null=True)


class TodoPage(serializers.Serializer[Any]):
    """One part of a list of to-dos, the oldest first."""

    items = TodoOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


FROM_A_QUESTION = OpenApiExample(
    "A mitigation",
    {
        "text": "Load test at twice the peak",
        "owner": "ml-lead@example.org",
        "due_on": "2027-01-15",
        "link": "https://tracker.example.org/browse/ML-118",
        "source": "mitigation",
        "ref": "MP2",
    },
    request_only=True,
)
LATER = OpenApiExample("A week later", {"due_on": "2027-01-22"}, request_only=True)


class ProjectTodos(ApiView):
    @extend_schema(
        operation_id="list_todos_of_project",
        summary="List a project's to-dos",
        parameters=[TodoQuery],
        responses=TodoPage,
    )
    def get(self, request: Request, key: str) -> Response:
        project = project_to_read(Actor.of(request), key)
        asked = inputs.query(TodoQuery, request)
        return _page(Todo.objects.filter(project=project), asked)

    @extend_schema(
        operation_id="add_todo",
        summary="Add a to-do",
        request=TodoIn,
        responses={201: TodoOut},
        examples=[FROM_A_QUESTION],
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        permissions.require(actor, "todo.edit", project)
        said = resolved(inputs.body(TodoIn, request), project, actor)
        return _shown(todos.add(project.pk, actor=actor, **said), status=201)


class Todos(ApiView):
    @extend_schema(
        operation_id="list_todos", summary="List to-dos", parameters=[AllQuery], responses=TodoPage
    )
    def get(self, request: Request) -> Response:
        actor = Actor.of(request)
        permissions.require_scope(actor, "project.view")
        asked = inputs.query(AllQuery, request)
        rows = todo_queries.visible_to(actor)
        return _page(rows.filter(owner_id=actor.user_id) if asked["mine"] else rows, asked)


class OneTodo(ApiView):
    def held(self, **names: Any) -> QuerySet[Project]:
        return Project.objects.filter(todos__pk=names["todo_id"])

    @extend_schema(operation_id="read_todo", summary="Read a to-do", parameters=[ID], responses=TodoOut)
    def get(self, request: Request, todo_id: int) -> Response:
        actor = Actor.of(request)
        todo = _one(actor, todo_id)
        permissions.require(actor, "project.view", todo.project)
        return _shown(todo)

    @extend_schema(
        operation_id="change_todo",
        summary="Change a to-do",
        description="Changes what is named and leaves the rest.",
        parameters=[ID],
        request=TodoChanges,
        responses=TodoOut,
        examples=[LATER],
    )
    @etags.guarded
    def patch(self, request: Request, todo_id: int) -> Response:
        actor = Actor.of(request)
        todo = _one(actor, todo_id)
        permissions.require(actor, "todo.edit", todo.project)
        said = resolved(inputs.body(TodoChanges, request), todo.project, actor)
        return _shown(todos.edit(todo.pk, actor=actor, **said))

    @extend_schema(
        operation_id="remove_todo",
        summary="Remove a to-do",
        description="For what is not to be done; the project's history keeps its words.",
        parameters=[ID],
        request=None,
        responses={204: None},
    )
    @etags.guarded
    def delete(self, request: Request, todo_id: int) -> Response:
        actor = Actor.of(request)
        todos.remove(_one(actor, todo_id).pk, actor=actor)
        return Response(status=204)


class Done(ApiView):
    @extend_schema(
        operation_id="finish_todo",
        summary="Finish a to-do",
        description="Done already is no change.",
        parameters=[ID],
        request=None,
        responses=TodoOut,
    )
    @idempotent
    def post(self, request: Request, todo_id: int) -> Response:
        actor = Actor.of(request)
        return _shown(todos.finish(_one(actor, todo_id).pk, actor=actor))


class Reopen(ApiView):
    @extend_schema(
        operation_id="reopen_todo",
        summary="Open a to-do again",
        description="Open already is no change.",
        parameters=[ID],
        request=None,
        responses=TodoOut,
    )
    @idempotent
    def post(self, request: Request, todo_id: int) -> Response:
        actor = Actor.of(request)
        return _shown(todos.reopen(_one(actor, todo_id).pk, actor=actor))


def _one(actor: Actor, todo_id: int) -> Todo:
    """The to-do with its project; 404 for whoever may not know of it."""
    rows = todo_queries.visible_to(actor).select_related("project__portfolio")
    found = rows.filter(pk=todo_id).first()
    if found is None:
        raise Http404
    return found


def resolved(said: dict[str, Any], project: Project, actor: Actor) -> dict[str, Any]:
    """The same with the person instead of the address."""
    if said.get("owner"):
        able = people_queries.who_may_do(project, besides=[actor.user_id])
        said["owner"] = people.named(said["owner"], able, "owner")
    return said


def _page(rows: QuerySet[Todo], asked: dict[str, Any]) -> Response:
    found = rows.filter(STATES[asked["state"]]).values(*COLUMNS, *RELATED)
    return Response(cursors.page(found, asked, _row))


def _shown(todo: Todo, status: int = 200) -> Response:
    [row] = rows_of(Todo.objects.filter(pk=todo.pk))
    headers = {"Location": f"/api/v1/todos/{todo.pk}"} if status == 201 else {}
    return Response(row, status=status, headers=headers)


def rows_of(todos: QuerySet[Todo]) -> list[dict[str, Any]]:
    """To-dos as answers show them; one query."""
    return [_row(values) for values in todos.values(*COLUMNS, *RELATED)]


def _row(values: dict[str, Any]) -> dict[str, Any]:
    shown = {name: values[name] for name in COLUMNS}
    who = {name: people.of(values, name) for name in ("owner", "done_by")}
    return shown | who | {"project": values["project__key"]}
