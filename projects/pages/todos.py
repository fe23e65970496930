"""To-dos on a project's page: added and changed in a dialog, ticked off where they stand."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import Truncator
from django.views.decorators.http import require_http_methods, require_POST

from projects import permissions
from projects.actions import todos as todo_actions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Project, Todo, TodoSource
from projects.pages import answers, headers, subjects
from projects.pages.todo_forms import EditTodoForm, NewTodoForm, TodoForm
from projects.queries import projects as project_queries
from projects.queries import todos
from projects.rules import todos as rules

CARD = "todos"  # id of the card on the overview
SHORT = 60  # letters in a toast


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, key: str) -> HttpResponse:
    """A new to-do; a mitigation's link brings its text and its question along."""
    actor, project = subjects.project(request, key, "todo.edit")
    if request.method == "GET":
        form = NewTodoForm(project=project, actor=actor, **_proposed(request, project, actor))
        return _dialog(request, project, form)
    form = NewTodoForm(request.POST, project=project, actor=actor)
    if not form.is_valid():
        return _dialog(request, project, form, status=answers.INVALID)
    try:
        todo_actions.add(project.pk, actor=actor, **form.said)
    except Refused as refusal:
        form.take(refusal)
        return _dialog(request, project, form, status=answers.CONFLICT)
    return answers.go(request, _back(request, project, form), "To-do added")


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, key: str, todo_id: int) -> HttpResponse:
    """Change a to-do; what somebody else changed meanwhile stays, unless both changed the same field."""
    actor = Actor.of(request)
    project = project_queries.one(actor, key)
    todo = todos.one(project, todo_id)
    permissions.require(actor, "todo.edit", project)
    if request.method == "GET":
        return _dialog(request, project, EditTodoForm(todo=todo, actor=actor, back=_opened_on(request)), todo)
    form = EditTodoForm(request.POST, todo=todo, actor=actor)
    if not form.is_valid():
        return _dialog(request, project, form, todo, status=answers.INVALID)
    try:
        todo_actions.edit(todo.pk, actor=actor, **form.said)
    except Refused as refusal:
        form.take(refusal)
        return _dialog(request, project, form, todo, status=answers.CONFLICT)
    return answers.go(request, _back(request, project, form), "To-do saved")


@require_POST
def finish(request: HttpRequest, key: str, todo_id: int) -> HttpResponse:
    """Tick it off; the toast opens it again."""
    actor = Actor.of(request)
    project = project_queries.one(actor, key)
    todo = todos.one(project, todo_id)
    following = todos.following(project, todo)
    try:
        todo_actions.finish(todo.pk, actor=actor)
    except Refused as refusal:
        return _refused(request, project, refusal)
    undo = reverse("project_todo_reopen", args=[project.key, todo.pk])
    return _ticked(request, project, f"Done: {short(todo)}", undo=undo, focus=following)


@require_POST
def reopen(request: HttpRequest, key: str, todo_id: int) -> HttpResponse:
    """It is still to do."""
    actor = Actor.of(request)
    project = project_queries.one(actor, key)
    todo = todos.one(project, todo_id)
    try:
        todo_actions.reopen(todo.pk, actor=actor)
    except Refused as refusal:
        return _refused(request, project, refusal)
    return _ticked(request, project, f"Open again: {short(todo)}", focus=todo.pk)


@require_POST
def remove(request: HttpRequest, key: str, todo_id: int) -> HttpResponse:
    """Take away what is not to be done; the history keeps its words."""
    actor = Actor.of(request)
    project = project_queries.one(actor, key)
    todo = todos.one(project, todo_id)
    try:
        todo_actions.remove(todo.pk, actor=actor)
    except Refused as refusal:
        return _refused(request, project, refusal)
    return answers.go(request, _home(project), f"Removed: {short(todo)}")


def short(todo: Todo) -> str:
    """A to-do in the words of a toast."""
    return Truncator(todo.text).chars(SHORT)


def _proposed(request: HttpRequest, project: Project, actor: Actor) -> dict[str, Any]:
    """What the form starts with; of what the address says, only what the project has."""
    given = {name: request.GET.get(name, "").replace("\0", "") for name in ("text", "source", "ref")}
    source, ref = given["source"], given["ref"]
    if not ref or not todos.origin(project, source, ref):
        source, ref = TodoSource.FREE, ""
    text = given["text"][: rules.LONGEST_TEXT]
    return {"text": text, "source": source, "ref": ref, "owner": actor.user_id, "back": _opened_on(request)}


def _dialog(
    request: HttpRequest,
    project: Project,
    form: TodoForm,
    todo: Todo | None = None,
    *,
    status: int = answers.OK,
) -> HttpResponse:
    source, ref = (todo.source, todo.ref) if todo else (form["source"].value(), form["ref"].value())
    context = {
        "nav": "projects",
        "project": project,
        "form": form,
        "todo": todo,
        "origin": todos.origin(project, source or "", ref or ""),
    }
    return render(request, "projects/todo.html", context, status=status)


def _ticked(
    request: HttpRequest, project: Project, said: str, *, focus: int | None, undo: str = ""
) -> HttpResponse:
    """The card as it is now, or the project's page without script."""
    if request.headers.get("HX-Target") != CARD:
        return answers.go(request, _home(project), said, undo=undo)
    answers.say(request, said, undo=undo)
    context = {
        "project": project,
        "may": headers.may(Actor.of(request), project),
        "todos": todos.of(project),
        "focus": focus,
        "is_part": True,
    }
    return render(request, "projects/_todos.html", context)


def _refused(request: HttpRequest, project: Project, refusal: Refused) -> HttpResponse:
    """A word of why not, on the project's page as it is now."""
    messages.error(request, f"Not done. {refusal.message}")
    return answers.go(request, _home(project))


def _opened_on(request: HttpRequest) -> str:
    """Path and query of the page on which htmx opened the dialog."""
    current = urlsplit(request.headers.get("HX-Current-URL", ""))
    return current.path + (f"?{current.query}" if current.query else "")


def _back(request: HttpRequest, project: Project, form: TodoForm) -> str:
    """The page on which the dialog was opened, if it is one of ours."""
    said: str = form.cleaned_data["back"]
    if said.startswith("/") and url_has_allowed_host_and_scheme(said, allowed_hosts=None):
        return said
    return _home(project)


def _home(project: Project) -> str:
    return reverse("project", args=[project.key]) + f"#{CARD}"
