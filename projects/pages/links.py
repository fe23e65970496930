"""What a project is bound to: links to other projects of its portfolio."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from projects.actions import links as actions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import LinkKind, Project
from projects.pages import answers, subjects
from projects.pages.fields import LineField
from projects.queries import links
from projects.queries import projects as project_queries

LONGEST_SEARCH = 200
# What each kind means, read from this project.
MEANINGS = [
    (LinkKind.NEEDS, "Needs the other: it is worth nothing without it"),
    (LinkKind.EITHER_OR, "Either this or the other: only one of the two is done"),
]


class LinkForm(forms.Form):
    """The kind of a link, the other project and a word about why."""

    kind = forms.ChoiceField(
        label="How are they bound?",
        choices=MEANINGS,
        widget=forms.RadioSelect,
        initial=LinkKind.NEEDS,
        error_messages={"required": "Choose one of the two."},
    )
    other = forms.CharField(required=False, max_length=20)
    note = LineField(label="Why", max_length=300, required=False, help_text="In a few words, for the reader.")

    def __init__(self, data: Any = None, *, project: Project, actor: Actor) -> None:
        super().__init__(data)
        self.project, self.actor = project, actor

    def clean_other(self) -> Project:
        """The project with this key, or the only one that was found by the words."""
        key = self.cleaned_data["other"].replace("\0", "").strip().upper()
        found = project_queries.neighbours(self.project, self.actor, "", [key]) if key else []
        if not found:
            raise forms.ValidationError("Type words of its name or its key, and choose it from the list.")
        return found[0]


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, key: str) -> HttpResponse:
    """Link this project with another."""
    actor, project = subjects.project(request, key, "link.edit")
    form = LinkForm(request.POST or None, project=project, actor=actor)
    if request.method == "GET":
        return _dialog(request, project, form)
    if not form.is_valid():
        return _dialog(request, project, form, status=answers.INVALID)
    said = form.cleaned_data
    try:
        actions.add(project.pk, kind=said["kind"], other_id=said["other"].pk, note=said["note"], actor=actor)
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _dialog(request, project, form, status=answers.CONFLICT)
    return answers.to_project(request, project, f"{project.key} and {said['other'].key} are linked")


@require_safe
def choices(request: HttpRequest, key: str) -> HttpResponse:
    """Projects to choose one from, while somebody types; the chosen one stays."""
    actor, project = subjects.project(request, key, "link.edit")
    words = request.GET.get("find", "").replace("\0", "")[:LONGEST_SEARCH]
    chosen = request.GET.get("other", "").replace("\0", "")[:20]
    found = project_queries.neighbours(project, actor, words, [chosen] if chosen else [])
    context = {"found": found, "chosen": chosen, "words": words}
    return render(request, "projects/links/_choices.html", context)


@require_POST
def remove(request: HttpRequest, key: str, link_id: int) -> HttpResponse:
    """Take a link away, from either of its ends."""
    actor, project = subjects.project(request, key, "link.edit")
    link = links.one(project, link_id, actor)
    if link is None:
        raise Http404
    actions.remove(link.pk, actor=actor)
    return answers.to_project(request, project, "Link removed")


def _dialog(request: HttpRequest, project: Project, form: LinkForm, status: int = answers.OK) -> HttpResponse:
    words = request.POST.get("find", "").replace("\0", "")[:LONGEST_SEARCH]
    chosen = form.data.get("other", "").replace("\0", "")[:20]
    found = project_queries.neighbours(project, form.actor, words, [chosen] if chosen else [])
    context = {"nav": "projects", "project": project, "form": form, "found": found, "chosen": chosen}
    context |= {"words": words, "home": reverse("project", args=[project.key])}
    return render(request, "projects/links/add.html", context, status=status)
