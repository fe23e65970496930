"""Comments on a project, with mentions."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from projects.actions import comments as comment_actions
from projects.actors import Actor
from projects.models import Comment
from projects.pages import answers
from projects.pages.fields import TextField
from projects.queries import people, updates
from projects.queries import projects as project_queries
from projects.rules.names import fold

OFFERED = 8  # people in the list under the text


class CommentForm(forms.Form):
    """One remark."""

    text = TextField(label="Comment", max_length=5000, error_messages={"required": "Write something first."})


@require_POST
def post(request: HttpRequest, key: str) -> HttpResponse:
    """Say something; those mentioned are noted with it."""
    actor = Actor.of(request)
    project = project_queries.one(actor, key)
    form = CommentForm(request.POST)
    if form.is_valid():
        comment_actions.post(project.pk, text=form.cleaned_data["text"], actor=actor)
        return answers.go(request, reverse("project", args=[project.key]) + "#comments", "Comment posted")
    context: dict[str, Any] = {"comment_form": form, "comments": updates.comments(project)}
    return answers.project_page(request, project, "projects/comments.html", status=answers.INVALID, **context)


@require_GET
def one(request: HttpRequest, key: str, comment_id: int) -> HttpResponse:
    """On to where a comment stands: among the newest on the project's page, or in its history."""
    project = project_queries.one(Actor.of(request), key)
    if not Comment.objects.filter(pk=comment_id, project=project).exists():
        raise Http404
    if any(comment.pk == comment_id for comment in updates.comments(project)):
        return redirect(reverse("project", args=[project.key]) + f"#comment-{comment_id}")
    return redirect(reverse("project_history", args=[project.key]) + "?of=comments")


@require_POST
def delete(request: HttpRequest, key: str, comment_id: int) -> HttpResponse:
    """Take one's own comment back."""
    actor = Actor.of(request)
    project = project_queries.one(actor, key)
    if not Comment.objects.filter(pk=comment_id, project=project).exists():
        raise Http404
    comment_actions.delete(comment_id, actor=actor)
    return answers.go(request, reverse("project", args=[project.key]) + "#comments", "Comment deleted")


@require_GET
def mentionable(request: HttpRequest, key: str) -> HttpResponse:
    """People whose name or address begins like what follows the @; only those who may see the project."""
    project = project_queries.one(Actor.of(request), key)
    wanted = fold(request.GET.get("q", "").replace("\0", "")[:100])
    found = [
        person
        for person in people.who_may_see(project)
        if any(
            word.startswith(wanted) for word in (fold(person.name), *fold(person.name).split(), person.email)
        )
    ]
    return render(request, "projects/_mentionable.html", {"people": found[:OFFERED]})
