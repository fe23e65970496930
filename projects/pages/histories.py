"""Everything that happened on a project."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from projects.actors import Actor
from projects.pages import answers
from projects.queries import projects as project_queries
from projects.queries import retrospectives, timelines


@require_GET
def history(request: HttpRequest, key: str) -> HttpResponse:
    """Newest first; people before machines, who have a view of their own."""
    project = project_queries.one(Actor.of(request), key)
    view = request.GET.get("of", "people")
    view = view if view in timelines.VIEWS else "people"
    page = timelines.page(project, view, request.GET.get("before", ""))
    context: dict[str, Any] = {
        "page": page,
        "view": view,
        "views": [(name, label) for name, (label, _) in timelines.VIEWS.items()],
        "is_older": "before" in request.GET,
    }
    if request.headers.get("HX-Target") == "older":
        return render(request, "projects/_history.html", {**context, "project": project})
    context["looks"] = retrospectives.of_project(project)
    return answers.project_page(request, project, "projects/history.html", tab="history", **context)
