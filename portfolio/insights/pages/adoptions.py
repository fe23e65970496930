"""Adopting a scenario: what each change would do or what stops it, then doing what is ticked."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from portfolio.insights.actions import adoptions as actions
from portfolio.insights.models import Scenario
from portfolio.insights.pages.scenario_forms import AdoptForm
from portfolio.insights.pages.scenarios import address, editable
from portfolio.insights.queries import adoptions
from portfolio.insights.rules.scenario import scenarios as rules
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio
from projects.pages import answers


@require_http_methods(["GET", "POST"])
def adopt(request: HttpRequest, slug: str, scenario_id: int) -> HttpResponse:
    """The dialog with a preview of each open change; sending it carries out what is ticked."""
    portfolio, scenario = editable(request, slug, scenario_id)
    actor = Actor.of(request)
    previews = adoptions.previews(portfolio, scenario, actor, timezone.now())
    offered = [(each.compact, each.words) for each in previews]
    form = AdoptForm(
        request.POST or None,
        portfolio=portfolio,
        person=actor.user,
        offered=offered,
        initial={
            "version": scenario.version,
            "only": [each.compact for each in previews if each.can_be_done],
        },
    )
    context: dict[str, Any] = {"form": form, "previews": previews}
    if request.method == "GET":
        return _dialog(request, portfolio, scenario, context)
    if not form.is_valid():
        return _dialog(request, portfolio, scenario, context, answers.INVALID)
    said = form.cleaned_data
    try:
        adopted = actions.adopt(
            scenario.pk,
            version=said["version"],
            reason=said["reason"],
            only=said["only"],
            terms=form.terms,
            actor=actor,
        )
    except Refused as refusal:
        form.take(refusal)
        return _dialog(request, portfolio, scenario, context, answers.CONFLICT)
    return answers.go(request, address(scenario), _said(adopted, said["only"]))


def _said(scenario: Scenario, only: list[str]) -> str:
    states = [row["state"] for row in scenario.adoption if row["change"] in only]
    done = sum(state in rules.OVER for state in states)
    refused = len(states) - done
    words = f"{done} of {len(states)} changes adopted"
    return f"{words}; what stopped {refused} stands below" if refused else words


def _dialog(
    request: HttpRequest,
    portfolio: Portfolio,
    scenario: Scenario,
    context: dict[str, Any],
    status: int = answers.OK,
) -> HttpResponse:
    form = context["form"]
    ticked = form["only"].value() or []
    context |= {"nav": "scenarios", "portfolio": portfolio, "scenario": scenario, "ticked": ticked}
    context |= {
        "stop_fields": [form[name] for name in form.fields if name.startswith("stop_")],
        "hold_fields": [form[name] for name in form.fields if name.startswith("hold_")],
    }
    return render(request, "insights/scenarios/adopt.html", context, status=status)
