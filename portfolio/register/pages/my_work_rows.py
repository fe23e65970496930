"""Answers to rows of My work: the row leaves, a toast takes it back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.views.decorators.http import require_POST, require_safe

from portfolio.notifications.actions import inboxes
from portfolio.notifications.queries import inboxes as inbox_queries
from portfolio.register.pages import my_work
from projects.actions import todos, updates
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Project, StatusUpdate, Todo
from projects.pages import answers
from projects.queries import projects as project_queries

SHORT = 60  # letters of a to-do in a toast


@require_POST
def no_change(request: HttpRequest, key: str) -> HttpResponse:
    """Post that nothing has changed; the toast takes it back."""
    actor = Actor.of(request)
    project = project_queries.one(actor, key)
    update = _done(request, updates.no_change, project.pk, actor)
    if update:
        answers.say(
            request, f"{project.key}: {update.text}", undo=reverse("my-work-changed", args=[update.pk])
        )
    return my_work.after(request)


@require_POST
def changed(request: HttpRequest, update_id: int) -> HttpResponse:
    """Something has changed after all: the update is gone, and due again."""
    actor = Actor.of(request)
    seen = Project.objects.visible_to(actor)
    if not StatusUpdate.objects.filter(pk=update_id, project__in=seen).exists():
        raise Http404
    if project := _done(request, updates.take_back, update_id, actor):
        answers.say(request, f"Taken back: the update of {project.key} is due again")
    return my_work.after(request)


@require_safe
def open_mention(request: HttpRequest, message_id: int) -> HttpResponse:
    """On to the comment: opening it is reading it, all that a look changes, and only for its reader."""
    actor = Actor.of(request)
    message = inbox_queries.one(message_id, actor)
    inboxes.read([message.pk], actor=actor, now=timezone.now())
    return redirect(message.path)


@require_POST
def read(request: HttpRequest, message_id: int) -> HttpResponse:
    """A mention needs no answer; the toast brings it back."""
    actor = Actor.of(request)
    message = inbox_queries.one(message_id, actor)
    inboxes.read([message.pk], actor=actor, now=timezone.now())
    answers.say(request, "Read", undo=reverse("my-work-unread", args=[message.pk]))
    return my_work.after(request)


@require_POST
def unread(request: HttpRequest, message_id: int) -> HttpResponse:
    """It waits again."""
    actor = Actor.of(request)
    inboxes.unread([inbox_queries.one(message_id, actor).pk], actor=actor)
    return my_work.after(request)


@require_POST
def finish(request: HttpRequest, todo_id: int) -> HttpResponse:
    """Tick a to-do off; the toast opens it again."""
    actor = Actor.of(request)
    todo = _todo(actor, todo_id)
    if _done(request, todos.finish, todo.pk, actor):
        undo = reverse("my-work-reopen", args=[todo.pk])
        answers.say(request, f"Done: {Truncator(todo.text).chars(SHORT)}", undo=undo)
    return my_work.after(request)


@require_POST
def reopen(request: HttpRequest, todo_id: int) -> HttpResponse:
    """It is still to do."""
    actor = Actor.of(request)
    todo = _todo(actor, todo_id)
    if _done(request, todos.reopen, todo.pk, actor):
        answers.say(request, f"Open again: {Truncator(todo.text).chars(SHORT)}")
    return my_work.after(request)


def _done(request: HttpRequest, act: Callable[..., Any], row_id: int, actor: Actor) -> Any:
    """What the action made; nothing where it refuses, which a toast explains."""
    try:
        return act(row_id, actor=actor)
    except Refused as refusal:
        messages.error(request, f"Not done. {refusal.message}")
        return None


def _todo(actor: Actor, todo_id: int) -> Todo:
    found = Todo.objects.filter(project__in=Project.objects.visible_to(actor), pk=todo_id).first()
    if found is None:
        raise Http404
    return found
