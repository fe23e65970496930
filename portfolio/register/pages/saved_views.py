"""Saved views: the register's filters under names of one's own, to come back to and to follow."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portfolio.register.actions import saved_views as actions
from portfolio.register.queries import options
from projects.actors import Actor
from projects.errors import Refused
from projects.models import SavedView
from projects.pages import answers
from projects.queries import saved_views
from projects.queries.filters import parse

LONGEST = 4000  # letters of a query that anybody could have come by with clicks


class ViewForm(forms.Form):
    """The name of a view; a new one can be followed at once."""

    name = forms.CharField(
        max_length=actions.LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Give the view a name."},
    )
    is_followed = forms.BooleanField(
        label="Follow it", required=False, help_text="News of the projects in it come with your digest."
    )

    def __init__(self, data: Any = None, *, name: str = "", can_follow: bool = True) -> None:
        super().__init__(data, initial={"name": name})
        if not can_follow:
            del self.fields["is_followed"]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All of one's views, with what they hold today."""
    actor = Actor.of(request)
    kept = saved_views.kept(actor)
    rows = zip(kept, options.words(actor, [each.filters for each in kept]), strict=True)
    return render(request, "register/views/index.html", {"nav": "views", "rows": list(rows)})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Keep the filters of the address, or of the form, under a name."""
    actor = Actor.of(request)
    query = request.POST.get("query", "") if request.method == "POST" else request.META["QUERY_STRING"]
    query = query.replace("\0", "")[:LONGEST]
    filters = parse(QueryDict(query))
    (words,) = options.words(actor, [filters])
    named = ", ".join(value for _, value in words)[: actions.LONGEST_NAME]
    form = ViewForm(request.POST or None, name=named)
    shown = {"form": form, "words": words, "query": filters.query(), "back": _register(filters.query())}
    if request.method == "GET" or not form.is_valid():
        return _dialog(request, shown)
    try:
        view = actions.keep(query=query, actor=actor, **form.cleaned_data)
    except Refused as refusal:
        form.add_error("name", refusal.message)
        return _dialog(request, shown, status=answers.CONFLICT)
    return answers.go(request, _register(view.query), f"View kept: {view.name}")


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, view_id: int) -> HttpResponse:
    """Give a view another name."""
    actor = Actor.of(request)
    view = saved_views.one(actor, view_id)
    form = ViewForm(request.POST or None, name=view.name, can_follow=False)
    shown = {"form": form, "view": view, "back": reverse("views")}
    if request.method == "GET" or not form.is_valid():
        return _dialog(request, shown)
    try:
        actions.rename(view.pk, name=form.cleaned_data["name"], actor=actor)
    except Refused as refusal:
        form.add_error("name", refusal.message)
        return _dialog(request, shown, status=answers.CONFLICT)
    return answers.go(request, reverse("views"), "View renamed")


@require_POST
def follow(request: HttpRequest, view_id: int) -> HttpResponse:
    """Hear of what happens to the projects in it."""
    return _changed(request, view_id, actions.follow, "You follow {}")


@require_POST
def unfollow(request: HttpRequest, view_id: int) -> HttpResponse:
    """Hear no more of it."""
    return _changed(request, view_id, actions.unfollow, "You no longer follow {}")


@require_POST
def remove(request: HttpRequest, view_id: int) -> HttpResponse:
    """Keep it no more; the toast brings it back."""
    actor = Actor.of(request)
    view = saved_views.one(actor, view_id)
    said = {"name": view.name, "query": view.query}
    if view.follows.exists():
        said["followed"] = "yes"
    actions.remove(view.pk, actor=actor)
    undo = f"{reverse('view-restore')}?{urlencode(said)}"
    return answers.go(request, reverse("views"), f"View deleted: {view.name}", undo=undo)


@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """Bring a view back that was deleted a moment ago, as the address tells."""
    said = {name: request.GET.get(name, "").replace("\0", "")[:LONGEST] for name in ("name", "query")}
    try:
        actions.keep(**said, is_followed="followed" in request.GET, actor=Actor.of(request))
    except Refused as refusal:
        return answers.go(request, reverse("views"), refusal.message)
    return answers.go(request, reverse("views"), f"View kept: {said['name']}")


def _changed(request: HttpRequest, view_id: int, act: Callable[..., Any], said: str) -> HttpResponse:
    actor = Actor.of(request)
    view: SavedView = saved_views.one(actor, view_id)
    act(view.pk, actor=actor)
    return answers.go(request, reverse("views"), said.format(view.name))


def _dialog(request: HttpRequest, shown: dict[str, Any], status: int = answers.OK) -> HttpResponse:
    if shown["form"].errors and status == answers.OK:
        status = answers.INVALID
    return render(request, "register/views/edit.html", {"nav": "projects", **shown}, status=status)


def _register(query: str) -> str:
    return f"{reverse('projects')}?{query}" if query else reverse("projects")
