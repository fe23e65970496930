"""Parts of a project's open page that look again: its facts and stage, the latest word, its flags."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from projects.actors import Actor
from projects.models import Project
from projects.pages import headers, live
from projects.queries import dues, facts, updates
from projects.queries import projects as project_queries
from projects.queries.flag_lists import Row

Context = dict[str, Any]


@require_safe
def look_again(request: HttpRequest, key: str, part: str) -> HttpResponse:
    """One part of the page as it reads now; nothing where the page has it already."""
    if part not in PARTS:
        raise Http404
    project = project_queries.one(Actor.of(request), key)
    template, context = PARTS[part]
    return live.answer(request, template, {"project": project, **context(request, project)})


def flags(_request: HttpRequest, project: Project) -> Context:
    """The open flags of a project, those asleep last; one query."""
    today = facts.today(project)
    # Each leads to its page, and only that asks who may let it sleep.
    found = [Row(flag, today, may_snooze=False) for flag in updates.open_flags(project)]
    return {"flags": sorted(found, key=lambda row: row.is_asleep)}


def _head(request: HttpRequest, project: Project) -> Context:
    return headers.context(request, project)


def _latest(request: HttpRequest, project: Project) -> Context:
    return {
        "latest": updates.latest(project),
        "may": headers.may(Actor.of(request), project),
        "update_every": dues.of_project(project),
    }


PARTS: dict[str, tuple[str, Callable[[HttpRequest, Project], Context]]] = {
    "head": ("projects/_head.html", _head),
    "latest": ("projects/_latest.html", _latest),
    "flags": ("projects/_flags.html", flags),
}
