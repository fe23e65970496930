"""Following a project: one button in its header."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from projects.actions import follows
from projects.actors import Actor
from projects.pages import answers
from projects.queries import projects as project_queries


@require_POST
def follow(request: HttpRequest, key: str) -> HttpResponse:
    """Hear of what happens to it."""
    actor = Actor.of(request)
    follows.follow(project_queries.one(actor, key).pk, actor=actor)
    return _answer(request, actor, key, "You follow {}: its news come with your digest")


@require_POST
def unfollow(request: HttpRequest, key: str) -> HttpResponse:
    """Hear no more of it."""
    actor = Actor.of(request)
    follows.unfollow(project_queries.one(actor, key).pk, actor=actor)
    return _answer(request, actor, key, "You no longer follow {}")


def _answer(request: HttpRequest, actor: Actor, key: str, said: str) -> HttpResponse:
    project = project_queries.one(actor, key)
    if request.headers.get("HX-Target") != "follow":
        return answers.to_project(request, project, said.format(project.key))
    answers.say(request, said.format(project.key))
    return render(request, "projects/_follow.html", {"project": project, "is_part": True})
