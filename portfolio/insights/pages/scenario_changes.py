"""The changes of a scenario: one is added by its own form, one is taken away where it stands."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from portfolio.insights.actions import scenarios as actions
from portfolio.insights.models import Scenario
from portfolio.insights.pages.scenario_forms import BudgetForm, ChangeForm, MixForm, PeopleForm, ProjectForm
from portfolio.insights.pages.scenarios import address, editable
from portfolio.insights.queries import pictures
from portfolio.insights.rules.scenario.changes_reading import KINDS, TO_PROJECTS
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio
from projects.pages import answers
from projects.queries import capacities

TITLES = {
    "stop": "Stop a project",
    "hold": "Put a project on hold",
    "start": "Start a project",
    "people": "Add people, or take them away",
    "budget": "Set a budget",
    "mix": "Set another target mix",
}


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, slug: str, scenario_id: int, do: str) -> HttpResponse:
    """One more change of this kind; a budget or a mix takes the place of the one before."""
    portfolio, scenario = editable(request, slug, scenario_id)
    if do not in KINDS:
        raise Http404
    form = _form(request, portfolio, scenario, do)
    if request.method == "GET":
        return _dialog(request, scenario, do, form)
    if not form.is_valid():
        return _dialog(request, scenario, do, form, answers.INVALID)
    kept = [each for each in scenario.changes if do not in ("budget", "mix") or each["do"] != do]
    try:
        actions.change(
            scenario.pk,
            version=form.cleaned_data["version"],
            changes=[*kept, form.change],
            actor=Actor.of(request),
        )
    except Refused as refusal:
        form.take(refusal)
        return _dialog(request, scenario, do, form, answers.CONFLICT)
    return answers.go(request, address(scenario), "Change added")


@require_POST
def take_away(request: HttpRequest, slug: str, scenario_id: int) -> HttpResponse:
    """Without this change."""
    _, scenario = editable(request, slug, scenario_id)
    said, version = request.POST.get("change", ""), request.POST.get("version", "")
    left = [change.plain() for change in actions.parse(scenario.changes) if change.compact() != said]
    try:
        actions.change(
            scenario.pk,
            version=int(version) if version.isdecimal() else 0,
            changes=left,
            actor=Actor.of(request),
        )
    except Refused as refusal:
        messages.error(request, f"Not done. {refusal.message}")
        return answers.go(request, address(scenario))
    return answers.go(request, address(scenario), "Change taken away")


def _form(request: HttpRequest, portfolio: Portfolio, scenario: Scenario, do: str) -> ChangeForm:
    options: dict[str, Any] = {"data": request.POST or None, "initial": {"version": scenario.version}}
    if do in TO_PROJECTS:
        return ProjectForm(**options, do=do, picture=pictures.live(portfolio, timezone.now()))
    if do == "people":
        return PeopleForm(**options, capabilities=capacities.names(portfolio))
    if do == "budget":
        return BudgetForm(**options)
    return MixForm(**options, target=portfolio.target_mix)


def _dialog(
    request: HttpRequest, scenario: Scenario, do: str, form: ChangeForm, status: int = answers.OK
) -> HttpResponse:
    context = {
        "nav": "scenarios",
        "portfolio": scenario.portfolio,
        "scenario": scenario,
        "do": do,
        "title": TITLES[do],
        "form": form,
        "is_empty": getattr(form, "is_empty", False),
    }
    return render(request, "insights/scenarios/change.html", context, status=status)
