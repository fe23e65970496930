"""My work: what waits for the person who looks, to be emptied from the top."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.text import Truncator
from django.views.decorators.http import require_POST, require_safe

from portfolio.register.queries import my_work
from projects.actions import todos as todo_actions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Project, Todo
from projects.pages import clearing
from projects.queries import inboxes, todos

LIST = "my-work"  # id of what a tick replaces
SHORT = 60  # letters of a to-do in a toast
PAGE = 50
# What the page of sign-offs shows, by its word in the address.
SHOWN: dict[str, tuple[str, Callable[[Actor], Any]]] = {
    "waiting": ("Waiting for you", inboxes.waiting),
    "faded": ("Fell away", inboxes.faded),
    "conditions": ("Conditions", inboxes.conditions),
    "decided": ("Decided", inboxes.answered),
}


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Everything that waits for this person."""
    return _page(request)


@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """How many sign-offs wait for this person, as the side bar shows it once a page is there."""
    return render(request, "register/my_work/_count.html", {"count": inboxes.count(Actor.of(request))})


@require_safe
def signoffs(request: HttpRequest) -> HttpResponse:
    """Everything about sign-offs: what waits, what has fallen away, conditions, and what was decided."""
    actor = Actor.of(request)
    chosen = request.GET.get("show", "")
    chosen = chosen if chosen in SHOWN else "waiting"
    found = SHOWN[chosen][1](actor)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "nav": "work",
        "chosen": chosen,
        "kinds": [(name, label) for name, (label, _) in SHOWN.items()],
        "page": page,
        "today": timezone.localdate(),
    }
    return render(request, "register/my_work/signoffs.html", context)


@require_POST
def finish(request: HttpRequest, todo_id: int) -> HttpResponse:
    """Tick a to-do off; the toast opens it again."""
    actor = Actor.of(request)
    todo = _one(actor, todo_id)
    ids = [row.todo.pk for row in todos.mine(actor).open]
    try:
        todo_actions.finish(todo.pk, actor=actor)
    except Refused as refusal:
        messages.error(request, f"Not done. {refusal.message}")
        return _after(request, None)
    undo = reverse("my-work-reopen", args=[todo.pk])
    messages.success(request, f"Done: {Truncator(todo.text).chars(SHORT)}", extra_tags=f"undo:{undo}")
    return _after(request, _next(ids, todo.pk))


@require_POST
def reopen(request: HttpRequest, todo_id: int) -> HttpResponse:
    """It is still to do."""
    actor = Actor.of(request)
    todo = _one(actor, todo_id)
    try:
        todo_actions.reopen(todo.pk, actor=actor)
    except Refused as refusal:
        messages.error(request, f"Not done. {refusal.message}")
    else:
        messages.success(request, f"Open again: {Truncator(todo.text).chars(SHORT)}")
    return _after(request, todo.pk)


def _after(request: HttpRequest, focus: int | None) -> HttpResponse:
    return _page(request, focus) if _is_part(request) else redirect("my-work")


def _page(request: HttpRequest, focus: int | None = None) -> HttpResponse:
    work = my_work.of(Actor.of(request))
    context = {
        "nav": "work",
        "work": work,
        "flagged": [(row, *_way(row)) for row in work.flagged],
        "today": timezone.localdate(),
        "focus": focus,
        "is_part": _is_part(request),
    }
    template = "register/my_work/_work.html" if context["is_part"] else "register/my_work/index.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Target"])
    return response


def _way(row: my_work.Flagged) -> tuple[str, str]:
    """The one action for a flagged project: words and address."""
    words, url, _ = clearing.link(row.worst.rule, row.project.key, may_edit=row.may_edit)
    return words, url


def _one(actor: Actor, todo_id: int) -> Todo:
    found = Todo.objects.filter(project__in=Project.objects.visible_to(actor), pk=todo_id).first()
    if found is None:
        raise Http404
    return found


def _next(ids: list[int], done: int) -> int | None:
    """The to-do that takes the focus: the one after it, at the end the one before."""
    place = ids.index(done) if done in ids else 0
    others = [*ids[place + 1 :], *reversed(ids[:place])]
    return others[0] if others else None


def _is_part(request: HttpRequest) -> bool:
    return request.headers.get("HX-Target") == LIST
