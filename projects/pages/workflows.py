"""A portfolio's workflow: its versions looked at and downloaded, and adopted by projects."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from projects import permissions
from projects.actions import workflows as actions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio, WorkflowDraft, WorkflowVersion
from projects.queries import workflows as queries
from projects.rules import criteria, roles, workflow_changes, yaml_texts
from projects.rules import workflow as rules
from projects.rules.stages import Gate


def show(request: HttpRequest, slug: str) -> HttpResponse:
    """The stages and gates of a version, and which projects follow which version."""
    actor = Actor.of(request)
    portfolio = _portfolio(actor, slug)
    version = _version(portfolio, request.GET.get("version"))
    flow = version.rules
    chosen = request.GET.get("stage", "")
    stage = flow.stage(chosen) if flow.has(chosen) else flow.first_stage
    endings = [gate for gate in flow.gates if gate.kind != "advance"]
    ending = next((gate for gate in endings if gate.code == request.GET.get("gate")), None)
    counts = queries.stage_counts(portfolio, version)
    context = {
        "portfolio": portfolio,
        "version": version,
        "is_current": version.pk == portfolio.workflow_id,
        "versions": queries.versions(portfolio),
        "stages": [
            {"stage": one, "gate": flow.gate_after(one.code), "projects": counts[one.code]}
            for one in flow.stages
        ],
        "stage": stage,
        "gate": _gate_for_page(ending or flow.gate_after(stage.code)),
        "endings": endings,
        "ending": ending,
        "draft": WorkflowDraft.objects.filter(portfolio=portfolio).select_related("edited_by").first(),
        "behind": queries.behind(portfolio, actor).count(),
        "may_draft": permissions.granted(actor, "workflow.draft", portfolio),
        "may_migrate": permissions.granted(actor, "workflow.migrate", portfolio),
        "nav": "settings",
    }
    return render(request, "projects/workflows/show.html", context)


def download(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A version as a file, to be kept, reviewed or imported elsewhere."""
    portfolio = _portfolio(Actor.of(request), slug)
    version = get_object_or_404(WorkflowVersion, portfolio=portfolio, number=number)
    response = HttpResponse(
        yaml_texts.text(rules.dump(version.rules)), content_type="application/yaml; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{portfolio.slug}-workflow-{number}.yaml"'
    return response


def adopt(request: HttpRequest, slug: str) -> HttpResponse:
    """Move the projects of older versions to the present one; a stage that is gone needs an answer."""
    actor = Actor.of(request)
    portfolio = _portfolio(actor, slug)
    permissions.require(actor, "workflow.migrate", portfolio)
    version = _version(portfolio, None)
    asked = queries.stages_to_map(portfolio, actor)
    choices = [(stage.code, stage.label) for stage in version.rules.stages]
    form = _mapping_form(asked, choices)(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        refused = _adopt_all(portfolio, version, form.cleaned_data, actor)
        for message in refused:
            messages.error(request, message)
        if not refused:
            messages.success(request, f"All projects follow {version}")
        return redirect("workflow", slug=slug)
    context = {
        "portfolio": portfolio,
        "version": version,
        "form": form,
        "projects": queries.behind(portfolio, actor),
        "nav": "settings",
    }
    return render(request, "projects/workflows/adopt.html", context, status=422 if form.errors else 200)


def _portfolio(actor: Actor, slug: str) -> Portfolio:
    return get_object_or_404(Portfolio.objects.visible_to(actor), slug=slug)


def _version(portfolio: Portfolio, number: str | None) -> WorkflowVersion:
    if number is None:
        if portfolio.workflow is None:
            raise Http404
        return portfolio.workflow
    if not number.isdecimal() or len(number) > 9:
        raise Http404
    return get_object_or_404(WorkflowVersion, portfolio=portfolio, number=int(number))


def _gate_for_page(gate: Gate | None) -> dict[str, Any] | None:
    """A gate in words: its criteria, and who is needed when."""
    if gate is None:
        return None
    return {
        "gate": gate,
        "criteria": [criteria.demand(one) for one in gate.criteria],
        "roles": [
            {"label": roles.label(need.role), "when": workflow_changes.need(need)} for need in gate.roles
        ],
        "enforcement": workflow_changes.ENFORCEMENTS[gate.enforcement],
    }


def _mapping_form(asked: Any, choices: list[tuple[str, str]]) -> type[forms.Form]:
    """One question for each stage that the present version lacks."""
    fields = {
        f"{version.pk}:{code}": forms.ChoiceField(
            choices=[("", "Choose a stage"), *choices],
            label=f"{count} in “{version.rules.stage(code).label}” of {version}",
        )
        for version, code, count in asked
    }
    return type("MappingForm", (forms.Form,), fields)


def _adopt_all(
    portfolio: Portfolio, version: WorkflowVersion, answers: dict[str, str], actor: Actor
) -> list[str]:
    refused = []
    for project in queries.behind(portfolio, actor):
        mapping = {
            field.split(":", 1)[1]: stage
            for field, stage in answers.items()
            if field.startswith(f"{project.workflow_id}:")
        }
        try:
            actions.adopt(project.pk, version_id=version.pk, stages=mapping, actor=actor)
        except Refused as refusal:
            refused.append(refusal.message)
    return refused
