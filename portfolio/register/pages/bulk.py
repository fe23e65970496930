"""One thing done to many projects: each by its own action, each with its own answer."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST

from portfolio.register.pages.projects import address
from projects.actions import projects as project_actions
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Project
from projects.queries.filters import MOST_PER_PAGE, parse

PICK_FIRST = "Tick at least one project first."


class OwnerForm(forms.Form):
    value = forms.ModelChoiceField(
        queryset=get_user_model().objects.none(), label="New owner", empty_label="Choose a person"
    )

    def __init__(self, projects: list[Project], data: Any = None) -> None:
        super().__init__(data)
        portfolios = {project.portfolio_id for project in projects}
        people = get_user_model().objects.filter(
            is_active=True, is_service=False, memberships__portfolio__in=portfolios
        )
        field = self.fields["value"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        # An owner must be able to see what they own: members of every portfolio concerned.
        field.queryset = (
            people.annotate(n=Count("memberships")).filter(n=len(portfolios)).order_by("name", "pk")
        )


class GateForm(forms.Form):
    value = forms.DateField(
        label="Date of the next gate",
        required=False,
        help_text="Leave it empty to take the date away.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, projects: list[Project], data: Any = None) -> None:
        super().__init__(data)


class SureForm(forms.Form):
    """Nothing to fill in."""

    def __init__(self, projects: list[Project], data: Any = None) -> None:
        super().__init__(data)


class Deed(NamedTuple):
    """Something that can be done to many projects at once."""

    title: str
    button: str
    done: str
    form: type[OwnerForm | GateForm | SureForm]
    act: Callable[[Project, Actor, Any], Any]
    hint: str = ""


def _set(field: str) -> Callable[[Project, Actor, Any], Any]:
    def act(project: Project, actor: Actor, value: Any) -> Any:
        # No version: the person saw many rows and means the same for all of them.
        return project_actions.edit(project.pk, version=None, actor=actor, **{field: value})

    return act


DEEDS = {
    "owner": Deed("Change the owner", "Change the owner", "changed", OwnerForm, _set("owner")),
    "gate": Deed(
        "Set the date of the next gate", "Set the date", "changed", GateForm, _set("gate_planned_on")
    ),
    "archive": Deed(
        "Archive",
        "Archive",
        "archived",
        SureForm,
        lambda project, actor, _: project_actions.archive(project.pk, actor=actor),
        "Archived projects leave the lists and the summary. They can be taken out again.",
    ),
    "unarchive": Deed(
        "Take out of the archive",
        "Take out",
        "taken out of the archive",
        SureForm,
        lambda project, actor, _: project_actions.unarchive(project.pk, actor=actor),
    ),
}


class Result(NamedTuple):
    """What became of one project; no problem means that it was done."""

    key: str
    name: str
    problem: str


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """First the dialog that asks for what is needed, then the change and a report of it."""
    actor = Actor.of(request)
    deed = DEEDS.get(request.POST.get("do", ""))
    keys = request.POST.getlist("project")[:MOST_PER_PAGE]
    projects = list(Project.objects.visible_to(actor).filter(key__in=keys))
    back = address(parse(QueryDict(request.POST.get("back", ""))))
    if deed is None or not projects:
        return _back(request, back, PICK_FIRST, is_bad=True)
    context = {
        "deed": deed,
        "do": request.POST["do"],
        "projects": projects,
        "back": back,
        "back_query": request.POST.get("back", ""),
        "nav": "projects",
    }
    if "sure" not in request.POST:
        return render(request, "register/projects/bulk.html", {**context, "form": deed.form(projects)})
    form = deed.form(projects, request.POST)
    if not form.is_valid():
        return render(request, "register/projects/bulk.html", {**context, "form": form}, status=422)
    results = [_do(deed, project, actor, form.cleaned_data.get("value")) for project in projects]
    refused = [result for result in results if result.problem]
    if not refused:
        return _back(request, back, f"{_projects(len(results))} {deed.done}.")
    report = {"done": len(results) - len(refused), "refused": refused}
    return render(request, "register/projects/bulk_report.html", {**context, **report})


def _do(deed: Deed, project: Project, actor: Actor, value: Any) -> Result:
    """One project; a refusal is its answer and does not stop the others."""
    try:
        deed.act(project, actor, value)
    except (Refused, NotAllowed) as refusal:
        return Result(project.key, project.name, refusal.message)
    except Project.DoesNotExist:
        return Result(project.key, project.name, "It was deleted a moment ago.")
    return Result(project.key, project.name, "")


def _projects(number: int) -> str:
    return "1 project" if number == 1 else f"{number} projects"


def _back(request: HttpRequest, back: str, words: str, *, is_bad: bool = False) -> HttpResponse:
    """To the list, which says what happened."""
    (messages.error if is_bad else messages.success)(request, words)
    if not request.htmx:  # type: ignore[attr-defined]
        return HttpResponseRedirect(back)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = back
    return response
