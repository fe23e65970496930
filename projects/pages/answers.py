"""What a page answers: itself, a dialog, or the way to the next page with a word about what was done."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from projects.models import Project
from projects.pages import headers

OK, GONE, CONFLICT, INVALID = 200, 410, 409, 422


def project_page(
    request: HttpRequest, project: Project, template: str, *, tab: str = "", status: int = OK, **context: Any
) -> HttpResponse:
    """A page of one project, under its header."""
    return render(request, template, {**headers.context(request, project, tab), **context}, status=status)


def go(request: HttpRequest, url: str, said: str = "", *, undo: str = "") -> HttpResponse:
    """On to another page, which says what was done; `undo` is the address that takes it back."""
    if said:
        say(request, said, undo=undo)
    return HttpResponseClientRedirect(url) if is_part(request) else redirect(url)


def say(request: HttpRequest, said: str, *, undo: str = "") -> None:
    """A toast on the next page, or at the end of the part that is being answered."""
    messages.success(request, said, extra_tags=f"undo:{undo}" if undo else "")


def to_project(request: HttpRequest, project: Project, said: str = "", *, undo: str = "") -> HttpResponse:
    """On to the project's own page."""
    return go(request, reverse("project", args=[project.key]), said, undo=undo)


def is_part(request: HttpRequest) -> bool:
    """Whether htmx asks, and so swaps the answer into a page that is there already."""
    return bool(request.headers.get("HX-Request")) and not request.headers.get("HX-Boosted")
