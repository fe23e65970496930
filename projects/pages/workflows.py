"""A portfolio's workflow: looked at, edited as a file with a preview, published, and adopted by projects."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from projects import permissions
from projects.actions import workflows as actions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio, WorkflowVersion
from projects.pages import definitions
from projects.queries import workflows as queries
from projects.rules import criteria, presets, roles, yaml_texts
from projects.rules import workflow as rules
from projects.rules.documents import Problem


class _EditForm(definitions.DefinitionForm):
    note = forms.CharField(label="What changes, and why", max_length=300, required=False)


def show(request: HttpRequest, slug: str) -> HttpResponse:
    """The stages and gates of a version, and which projects follow which version."""
    actor = Actor.of(request)
    portfolio = _portfolio(actor, slug)
    version = _version(portfolio, request.GET.get("version"))
    flow = version.rules
    chosen = request.GET.get("stage", "")
    stage = flow.stage(chosen) if flow.has(chosen) else flow.first_stage
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
        "gate": _gate_for_page(flow.gate_after(stage.code)),
        "behind": queries.behind(portfolio, actor).count(),
        "may_publish": permissions.granted(actor, "workflow.publish", portfolio),
        "may_migrate": permissions.granted(actor, "workflow.migrate", portfolio),
        "nav": "settings",
    }
    return render(request, "projects/workflows/show.html", context)


def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Edit the workflow as a file: check it, then publish it as the next version."""
    actor = Actor.of(request)
    portfolio = _portfolio(actor, slug)
    permissions.require(actor, "workflow.publish", portfolio)
    present = _version(portfolio, None)
    form = _EditForm(
        request.POST if request.method == "POST" else None,
        label="Workflow file",
        initial={"definition": _starting_text(present, request.GET.get("preset", ""))},
    )
    problems: list[Problem] = []
    draft = None
    if request.method == "POST" and form.is_valid():
        draft, problems = yaml_texts.read(form.cleaned_data["definition"], rules.parse, noun="workflow")
        if draft is not None and "publish" in request.POST:
            version = actions.publish(
                portfolio.pk, definition=rules.dump(draft), note=form.cleaned_data["note"], actor=actor
            )
            messages.success(
                request, f"Published as version {version.number}. Projects follow it when you move them"
            )
            return redirect("workflow", slug=slug)
    context = {
        "form": form,
        "portfolio": portfolio,
        "present": present,
        "problems": problems,
        "draft": draft,
        "differences": _differences(present.rules, draft) if draft else [],
        "presets": presets.names(),
        "nav": "settings",
    }
    status = 422 if problems or form.errors else 200
    return render(request, "projects/workflows/edit.html", context, status=status)


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


def _gate_for_page(gate: Any) -> dict[str, Any] | None:
    """A gate in words: its criteria, and who is needed when."""
    if gate is None:
        return None
    asked = [
        {"required": "Always", "feedback": "Feedback only"}.get(need.need) or _when(need.when)
        for need in gate.roles
    ]
    return {
        "gate": gate,
        "criteria": [criteria.demand(one) for one in gate.criteria],
        "roles": [
            {"label": roles.label(need.role), "when": when}
            for need, when in zip(gate.roles, asked, strict=True)
        ],
        "enforcement": {"block": "Closed until met", "warn": "Warns", "record": "Only keeps a record"}[
            gate.enforcement
        ],
    }


def _when(conditions: tuple[str, ...]) -> str:
    return "With " + " or ".join(
        criteria.CONDITION_WORDS.get(condition, condition) for condition in conditions
    )


def _starting_text(present: WorkflowVersion, preset: str) -> str:
    flow = presets.workflow(preset) if preset in presets.names() else present.rules
    return yaml_texts.text(rules.dump(flow))


def _differences(present: rules.Workflow, draft: rules.Workflow) -> list[str]:
    """What a person should know before publishing, in sentences."""
    old, new = {s.code: s for s in present.stages}, {s.code: s for s in draft.stages}
    found = [f"Stage “{old[code].label}” goes." for code in old if code not in new]
    found += [f"Stage “{new[code].label}” is new." for code in new if code not in old]
    found += [f"Stage “{old[code].label}” changes." for code in old if code in new and old[code] != new[code]]
    gates = {gate.code: gate for gate in present.gates}
    found += [
        f"Gate {gate.code} “{gate.label}” changes."
        for gate in draft.gates
        if gates.get(gate.code) not in (None, gate)
    ]
    found += [f"Gate {gate.code} “{gate.label}” is new." for gate in draft.gates if gate.code not in gates]
    kept = {gate.code for gate in draft.gates}
    found += [f"Gate {code} “{gate.label}” goes." for code, gate in gates.items() if code not in kept]
    return found or (["Reasons, hold or flag limits change."] if present != draft else [])


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
