"""The models of a project: versions, aliases, metrics, who was in use when; linked and unlinked."""

import time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portfolio.integrations.registries.actions import links as actions
from portfolio.integrations.registries.actions import registries as registry_actions
from portfolio.integrations.registries.mlflow import Failed
from portfolio.integrations.registries.pages.link_forms import LinkForm, RulesForm, initial
from portfolio.integrations.registries.queries import registries
from portfolio.integrations.registries.rules import registries as rules
from portfolio.tries import too_many
from projects import permissions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Project
from projects.pages import answers, subjects
from projects.queries import projects as project_queries

LONGEST_SEARCH = 200
# Somebody waits for it while typing.
SEARCH_SECONDS = 5.0
MOST_SEARCHES, SEARCHES_SECONDS = 60, 60


@require_safe
def show(request: HttpRequest, key: str) -> HttpResponse:
    """A card for the overview, and by itself the page of a project's models."""
    actor = Actor.of(request)
    project = project_queries.one(actor, key)
    is_part = bool(request.htmx)  # type: ignore[attr-defined]
    may = {"link": permissions.granted(actor, "registry.link", project)}
    may["manage"] = permissions.granted(actor, "registry.manage", project.portfolio)
    most = registries.SHOWN if is_part else registries.MOST_SHOWN
    context = {
        "nav": "projects",
        "project": project,
        "portfolio": project.portfolio,
        "links": registries.linked(project, most, with_times=not is_part),
        "registries": registries.choices(project) if may["link"] else [],
        "may": may,
    }
    part = "_card" if is_part else "page"
    response = render(request, f"integrations/registries/{part}.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, key: str) -> HttpResponse:
    """Link a model or an experiment."""
    actor, project = subjects.project(request, key, "registry.link")
    known = registries.choices(project)
    form = LinkForm(request.POST or None, project=project, registries=known)
    if not form.is_bound or not form.is_valid():
        return _dialog(request, project, form, answers.INVALID if form.is_bound else answers.OK)
    said = form.said()
    try:
        actions.add(project.pk, actor=actor, **said)
    except Refused as refusal:
        form.take(refusal)
        status = answers.INVALID if refusal.obstacles else answers.CONFLICT
        return _dialog(request, project, form, status)
    return answers.go(request, _home(project), f"{said['name']} is linked and will be read now")


@require_safe
def choices(request: HttpRequest, key: str) -> HttpResponse:
    """Names there to choose one from, while somebody types."""
    actor, project = subjects.project(request, key, "registry.link")
    words = request.GET.get("name", "").replace("\0", "")[:LONGEST_SEARCH].strip()
    number, kind = request.GET.get("registry", ""), request.GET.get("kind", rules.MODEL)
    found: list[str] = []
    error = ""
    registry = next((each for each in registries.choices(project) if str(each.pk) == number), None)
    if registry is None:
        error = "Choose a registry first."
    elif too_many("registry-search", str(actor.user_id), most=MOST_SEARCHES, seconds=SEARCHES_SECONDS):
        error = "So many searches in a minute are enough. Wait a little."
    else:
        try:
            server = registry_actions.server(registry, time.monotonic() + SEARCH_SECONDS)
            found = server.names(kind if kind in rules.KINDS else rules.MODEL, words)
        except Failed as failure:
            error = failure.message
    context = {"found": found, "words": words, "error": error}
    return render(request, "integrations/registries/_choices.html", context)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, key: str, link_id: int) -> HttpResponse:
    """What aliases do, which metrics are taken, and what is written back."""
    actor, project = subjects.project(request, key, "registry.link")
    link = registries.link_or_404(project, link_id)
    form = RulesForm(request.POST or None, project=project, known=link, initial=initial(link))
    if not form.is_bound or not form.is_valid():
        return _dialog(request, project, form, answers.INVALID if form.is_bound else answers.OK, link)
    try:
        actions.change(link.pk, actor=actor, **form.said())
    except Refused as refusal:
        form.take(refusal)
        status = answers.INVALID if refusal.obstacles else answers.CONFLICT
        return _dialog(request, project, form, status, link)
    return answers.go(request, _home(project), f"{link.name} is saved")


@require_POST
def remove(request: HttpRequest, key: str, link_id: int) -> HttpResponse:
    """Read it no more."""
    actor, project = subjects.project(request, key, "registry.link")
    link = registries.link_or_404(project, link_id)
    actions.remove(link.pk, actor=actor)
    return answers.go(request, _home(project), f"{link.name} is unlinked")


@require_POST
def read_again(request: HttpRequest, key: str, link_id: int) -> HttpResponse:
    """Have it read at once."""
    actor, project = subjects.project(request, key, "registry.link")
    link = registries.link_or_404(project, link_id)
    actions.read_again(link.pk, actor=actor)
    return answers.go(request, _home(project), f"{link.name} will be read now")


def _dialog(
    request: HttpRequest, project: Project, form: RulesForm, status: int, link: object = None
) -> HttpResponse:
    context = {"nav": "projects", "project": project, "form": form, "link": link, "home": _home(project)}
    return render(request, "integrations/registries/link.html", context, status=status)


def _home(project: Project) -> str:
    return reverse("project-models", args=[project.key])
