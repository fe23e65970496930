"""The overview of one project, and how a project begins."""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods

from projects import permissions
from projects.actions import projects as project_actions
from projects.actions import units as unit_actions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio, Project
from projects.pages import answers, costs, project_parts, removals, risks, worth
from projects.pages.project_forms import TRAITS, NewProjectForm
from projects.queries import (
    assessments,
    blockers,
    dues,
    facts,
    links,
    proposal_lists,
    retrospectives,
    timelines,
    todos,
    units,
    updates,
    waivers,
)
from projects.queries import projects as project_queries


@require_GET
def overview(request: HttpRequest, key: str) -> HttpResponse:
    """What somebody wants to know first: the latest word, what stops the project, what happened."""
    actor = Actor.of(request)
    try:
        project = project_queries.one(actor, key)
    except Http404:
        return removals.gone(request, key)
    by_people, by_machines = timelines.latest(project)
    sheet = assessments.sheet(project)
    return answers.project_page(
        request,
        project,
        "projects/overview.html",
        tab="overview",
        card=risks.card(project, sheet),
        latest=updates.latest(project),
        **project_parts.flags(request, project),
        waivers=waivers.listed(project),
        blockers=blockers.open_of(project),
        todos=todos.of(project),
        **_reported(project),
        comments=updates.comments(project),
        by_people=by_people,
        by_machines=by_machines,
        traits=_traits(project),
        worth=worth.of(project),
        costs=costs.of(project),
        links=links.of_project(project, actor),
        proposals=proposal_lists.of_project(project),
        looks=retrospectives.of_project(project) if project.has_ended else [],
        update_every=dues.of_project(project),
    )


def _reported(project: Project) -> dict[str, Any]:
    """The report that put the project where it is, and the gates that it passed over."""
    move = updates.reported(project)
    labels = {gate.code: gate.label for gate in facts.workflow(project).gates}
    passed_over = [labels.get(gate["code"], gate["code"]) for gate in move.gates] if move else []
    return {"reported": move, "passed_over": passed_over}


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Five things, and the project exists."""
    actor = Actor.of(request)
    open_ones = project_queries.open_to_additions(actor)
    portfolio = _chosen(request, actor, open_ones)
    form = NewProjectForm(request.POST or None, portfolio=portfolio, actor=actor)
    context: dict[str, Any] = {
        "nav": "projects",
        "form": form,
        "portfolio": portfolio,
        "portfolios": open_ones,
    }
    if request.method == "POST" and form.is_valid():
        try:
            project = _begin(portfolio, form, actor)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return answers.to_project(request, project, f"{project.key} added")
    context["unit_names"] = units.names(portfolio)
    status = answers.INVALID if form.is_bound and form.errors else answers.OK
    return render(request, "projects/new.html", context, status=status)


@require_GET
def similar(request: HttpRequest) -> HttpResponse:
    """Projects with a name like the one being typed: a hint, never a block."""
    name = request.GET.get("name", "").replace("\0", "")[:200]
    found = project_queries.alike(Actor.of(request), name)
    return render(request, "projects/_similar.html", {"similar": found})


def _chosen(request: HttpRequest, actor: Actor, open_ones: list[Portfolio]) -> Portfolio:
    """The portfolio that was asked for, else the first that takes projects from this person."""
    slug = (request.POST.get("portfolio") or request.GET.get("portfolio") or "").replace("\0", "")
    if slug:
        portfolio = get_object_or_404(Portfolio.objects.visible_to(actor), slug=slug)
        permissions.require(actor, "project.create", portfolio)
        return portfolio
    if not open_ones:
        permissions.require(actor, "project.create", None)
        raise Http404
    return open_ones[0]


def _begin(portfolio: Portfolio, form: NewProjectForm, actor: Actor) -> Project:
    """A unit typed anew and its project appear together or not at all."""
    said = form.cleaned_data
    with transaction.atomic():
        unit = unit_actions.find_or_create(portfolio.pk, name=said["unit"], team=said["subunit"], actor=actor)
        return project_actions.create(
            portfolio.pk,
            name=said["name"],
            problem=said["problem"],
            unit=unit,
            owner=said["owner"],
            kind=said["kind"],
            actor=actor,
        )


def _traits(project: Project) -> str:
    """The traits in words; what nobody has stated says so."""
    words = {"personal_data": "personal data", "llm": "LLM or RAG", "vendor": "vendor model"}
    stated = {None: "not stated", True: "yes", False: "no"}
    return ", ".join(f"{words[name]} {stated[getattr(project, name)]}" for name in TRAITS)
