"""One field of a row, edited in its place; without script the same form is a page."""

import json
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from portfolio.register.queries import projects as register
from projects.actions import projects as project_actions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Project
from projects.pages import subjects
from projects.queries import people
from projects.queries import projects as project_queries

IN_PLACE = {"class": "input in-s", "data-focus": True}


class CellForm(forms.Form):
    """The version that the editor saw goes along, so that nobody's change is lost."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class OwnerForm(CellForm):
    value = forms.ModelChoiceField(
        queryset=get_user_model().objects.none(), label="Owner", required=False, empty_label="No owner"
    )

    def __init__(self, project: Project, data: Any = None) -> None:
        super().__init__(data, initial={"value": project.owner_id, "version": project.version})
        # The present owner stays a choice, even one who has left.
        able = people.who_may_see(project).values("pk")
        field = self.fields["value"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        field.queryset = get_user_model().objects.filter(Q(pk__in=able) | Q(pk=project.owner_id))
        field.widget.attrs.update(IN_PLACE)


class GateForm(CellForm):
    value = forms.DateField(
        label="Date of the next gate",
        required=False,
        widget=forms.DateInput(attrs={"type": "date", **IN_PLACE}, format="%Y-%m-%d"),
    )

    def __init__(self, project: Project, data: Any = None) -> None:
        super().__init__(data, initial={"value": project.gate_planned_on, "version": project.version})


# Name of the cell: its form, and the field of the project that it sets.
CELLS: dict[str, tuple[type[OwnerForm | GateForm], str]] = {
    "owner": (OwnerForm, "owner"),
    "gate": (GateForm, "gate_planned_on"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def cell(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """The form of one cell, and what becomes of it."""
    if name not in CELLS:
        raise Http404
    actor, project = subjects.project(request, key, "project.edit")
    make, field = CELLS[name]
    if request.method != "POST":
        return _form(request, project, name, make(project))
    form = make(project, request.POST)
    if not form.is_valid():
        return _form(request, project, name, form, status=422)
    try:
        change = {field: form.cleaned_data["value"]}
        project_actions.edit(project.pk, version=form.cleaned_data["version"], actor=actor, **change)
    except Refused as refusal:
        return _refused(request, project, name, refusal)
    return (
        row(request, key, name) if _in_place(request) else HttpResponseRedirect(f"/projects/{project.key}/")
    )


@require_safe
def one_row(request: HttpRequest, key: str) -> HttpResponse:
    """A row as it stands: what Cancel brings back."""
    return row(request, key, request.GET.get("focus", ""))


def row(request: HttpRequest, key: str, focus: str, status: int = 200) -> HttpResponse:
    """One row of the list; the cell named has the focus."""
    actor = Actor.of(request)
    found = register.row(actor, project_queries.one(actor, key).pk)
    return render(request, "register/projects/_rows.html", {"rows": [found], "focus": focus}, status=status)


def _form(
    request: HttpRequest, project: Project, name: str, form: CellForm, status: int = 200
) -> HttpResponse:
    template = "register/projects/_cell.html" if _in_place(request) else "register/projects/cell.html"
    context = {"project": project, "name": name, "form": form, "nav": "projects"}
    response = render(request, template, context, status=status)
    if status == 422 and _in_place(request):
        response["HX-Retarget"], response["HX-Reswap"] = "closest td", "outerHTML"
    return response


def _refused(request: HttpRequest, project: Project, name: str, refusal: Refused) -> HttpResponse:
    """The row as it is now, and why it is not as asked."""
    words = " ".join([f"Not saved. {refusal.message}", *(each.message for each in refusal.obstacles)])
    if not _in_place(request):
        form = CELLS[name][0](Project.objects.get(pk=project.pk))
        context = {"project": project, "name": name, "form": form, "refusal": words, "nav": "projects"}
        return render(request, "register/projects/cell.html", context, status=409)
    response = row(request, project.key, name, status=409)
    response["HX-Trigger"] = json.dumps({"toast": {"text": words, "bad": True}})
    return response


def _in_place(request: HttpRequest) -> bool:
    return bool(request.htmx)  # type: ignore[attr-defined]
