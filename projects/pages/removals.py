"""Putting a project away, and bringing it back."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from projects.actions import projects as project_actions
from projects.actors import Actor
from projects.pages import answers, subjects
from projects.queries import projects as project_queries


@require_POST
def archive(request: HttpRequest, key: str) -> HttpResponse:
    """Out of the lists; everything stays readable."""
    actor = Actor.of(request)
    project = project_queries.one(actor, key)
    project_actions.archive(project.pk, actor=actor)
    undo = reverse("project_unarchive", args=[project.key])
    return answers.to_project(request, project, f"{project.key} archived", undo=undo)


@require_POST
def unarchive(request: HttpRequest, key: str) -> HttpResponse:
    """Back into the lists."""
    actor = Actor.of(request)
    project = project_queries.one(actor, key)
    project_actions.unarchive(project.pk, actor=actor)
    return answers.to_project(request, project, f"{project.key} is out of the archive")


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, key: str) -> HttpResponse:
    """Ask, then hide the project from everybody; the toast takes it back."""
    actor, project = subjects.project(request, key, "project.put_away")
    if request.method == "GET":
        return render(request, "projects/delete.html", {"project": project, "nav": "projects"})
    project_actions.delete(project.pk, actor=actor)
    undo = reverse("project_restore", args=[project.key])
    return answers.go(request, "/projects/", f"{project.key} {project.name} deleted", undo=undo)


@require_POST
def restore(request: HttpRequest, key: str) -> HttpResponse:
    """Undo a deletion; a project that is there already stays."""
    actor = Actor.of(request)
    try:
        project = project_queries.put_away(actor, key)
    except Http404:
        project = project_queries.one(actor, key)
    project_actions.restore(project.pk, actor=actor)
    return answers.to_project(request, project, f"{project.key} restored")


def gone(request: HttpRequest, key: str) -> HttpResponse:
    """A deleted project, for those who may restore it; a 404 for everybody else."""
    project = project_queries.put_away(Actor.of(request), key)
    return render(request, "projects/gone.html", {"project": project, "nav": "projects"}, status=answers.GONE)
