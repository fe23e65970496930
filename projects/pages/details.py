"""A project's facts: the whole form, and single fields in the header."""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from projects import permissions
from projects.actions import projects as project_actions
from projects.actions import units as unit_actions
from projects.actors import Actor
from projects.errors import Refused, Stale
from projects.models import Project
from projects.pages import answers, conflicts, costs, subjects
from projects.pages.project_forms import INLINE, DetailsForm
from projects.queries import exchange, facts, timelines, units
from projects.queries import projects as project_queries


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """All facts on one page; a stale save loses nothing and shows both versions."""
    actor, project = subjects.project(request, key, "project.edit")
    if request.method == "GET":
        return _page(request, project, DetailsForm(project=project))
    form = DetailsForm(conflicts.settled(request.POST, project), project=project)
    if not form.is_valid():
        return _page(request, project, form, status=answers.INVALID)
    try:
        _save(project, form, actor)
    except Stale as refusal:
        return _conflict(request, project, form, refusal)
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _page(request, project, form, status=answers.CONFLICT)
    return answers.to_project(request, project, f"{project.key} saved")


@require_http_methods(["GET", "POST"])
def field(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """One field, changed where it stands; without script it is a small page."""
    actor = Actor.of(request)
    project = project_queries.one(actor, key)
    if name not in INLINE:
        raise Http404
    permissions.require(actor, "project.edit", project)
    form = DetailsForm(request.POST or None, project=project, only=name)
    if request.method == "GET":
        return _cell(request, project, name, form)
    if not form.is_valid():
        return _cell(request, project, name, form, status=answers.INVALID)
    try:
        _save_field(project, name, form, actor)
    except Stale as refusal:
        fresh = DetailsForm(conflicts.renewed(form, project), project=project, only=name)
        fresh.is_valid()
        return _cell(request, project, name, fresh, status=answers.CONFLICT, stale=refusal)
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _cell(request, project, name, form, status=answers.CONFLICT)
    return redirect(f"{_came_from(request, project)}?edited={name}")


def _save(project: Project, form: DetailsForm, actor: Actor, version: int | None = None) -> None:
    """A unit typed anew and the project's facts are saved together or not at all."""
    values = form.said
    with transaction.atomic():
        if form.unit_names is not None:
            upper, lower = form.unit_names
            values["unit"] = unit_actions.find_or_create(
                project.portfolio_id, name=upper, team=lower, actor=actor
            )
        seen = form.cleaned_data["version"] if version is None else version
        project_actions.edit(project.pk, version=seen, actor=actor, **values)


def _save_field(project: Project, name: str, form: DetailsForm, actor: Actor) -> None:
    """One field is stale only if somebody changed this field: other news does not stand in its way."""
    try:
        _save(project, form, actor)
    except Stale as refusal:
        touched = any(getattr(change, "field", "") == name for change in refusal.obstacles)
        if touched and not conflicts.agree(project, form, name):
            raise
        _save(project, form, actor, version=project.version)


def _conflict(request: HttpRequest, project: Project, form: DetailsForm, refusal: Stale) -> HttpResponse:
    """What somebody else changed meanwhile beside what was sent; a choice where both touched a field."""
    seen = form.cleaned_data["version"]
    found = conflicts.compare(project, form, refusal)
    context = {
        "refusal": refusal,
        "found": found,
        "meanwhile": timelines.since(project, seen),
    }
    page = "projects/conflict.html"
    return answers.project_page(request, project, page, tab="edit", status=answers.CONFLICT, **context)


def _page(
    request: HttpRequest, project: Project, form: DetailsForm, status: int = answers.OK
) -> HttpResponse:
    rates = exchange.rates(project.portfolio, facts.today(project))
    context: dict[str, Any] = {
        "form": form,
        "unit_names": units.names(project.portfolio),
        "known_currencies": [rates.home, *rates.by_currency],
        "home": rates.home,
        "rate_needed": costs.rate_needed(project, rates),
    }
    return answers.project_page(request, project, "projects/edit.html", tab="edit", status=status, **context)


def _cell(
    request: HttpRequest,
    project: Project,
    name: str,
    form: DetailsForm,
    status: int = answers.OK,
    **context: Any,
) -> HttpResponse:
    context |= {"nav": "projects", "project": project, "name": name, "label": INLINE[name], "form": form}
    if name == "unit":
        context["unit_names"] = units.names(project.portfolio)
    if not answers.is_part(request):
        return render(request, "projects/field.html", context, status=status)
    response = render(request, "projects/_field_form.html", context, status=status)
    if status != answers.OK:
        response["HX-Retarget"] = response["HX-Reselect"] = f"#field-{name}"
    return response


def _came_from(request: HttpRequest, project: Project) -> str:
    """The page of the project on which the field was changed."""
    home = reverse("project", args=[project.key])
    current = request.headers.get("HX-Current-URL", "")
    path = current.partition("?")[0].removeprefix(request.build_absolute_uri("/").rstrip("/"))
    return path if path.startswith(home) and "/fields/" not in path else home
