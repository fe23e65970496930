"""The draft of a workflow: written with a live preview, tried on projects, reviewed, published."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from projects import permissions
from projects.actions import workflow_drafts as actions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio, WorkflowDraft
from projects.pages import definitions
from projects.queries import simulations
from projects.rules import presets, workflow_changes, yaml_texts
from projects.rules import simulations as simulation_rules
from projects.rules import workflow as rules

ON_A_PAGE = 50


class DraftForm(definitions.DefinitionForm):
    """The text, and the version of the draft that was edited."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=1_000_000)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, label="Workflow file", **options)


class VersionForm(forms.Form):
    """What is done to the draft as it was seen."""

    version = forms.IntegerField(min_value=1, max_value=1_000_000)
    note = forms.CharField(max_length=300, required=False)
    wrong = forms.CharField(max_length=actions.LONGEST_NOTE, required=False)
    verdict = forms.ChoiceField(choices=[("fine", "Fine"), ("wrong", "Wrong")], required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def editor(request: HttpRequest, slug: str) -> HttpResponse:
    """Write the draft; what cannot be read is kept as well and shown with its problems."""
    portfolio, draft = _found(request, slug)
    if request.method != "POST":
        return _page(request, portfolio, draft, _fresh(request, portfolio, draft))
    form = DraftForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, portfolio, draft, form, status=422)
    try:
        saved = actions.save(
            portfolio.pk, text=form.text, version=form.cleaned_data["version"], actor=Actor.of(request)
        )
    except Refused as refusal:
        # What was written stays on the page, also where it came as a file.
        kept = DraftForm(initial={**form.cleaned_data, "definition": form.text})
        return _page(request, portfolio, draft, kept, refusal=refusal, status=409)
    _, problems = actions.read(saved.text)
    if problems:
        messages.success(request, "Saved. It can be published when nothing is left to put right")
    elif "try" in request.POST:
        return redirect("try-workflow-draft", slug=slug)
    else:
        messages.success(request, "Draft saved")
    return redirect("workflow-draft", slug=slug)


@require_POST
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """What a text says, while it is written; nothing is kept."""
    portfolio, _ = _found(request, slug)
    text = request.POST.get("definition", "")[: yaml_texts.MOST_CHARACTERS]
    return render(request, "projects/workflows/_preview.html", {**_reading(portfolio, text), "is_part": True})


@require_safe
def trial(request: HttpRequest, slug: str) -> HttpResponse:
    """What the saved draft would do to every running project that this person may see."""
    portfolio, draft = _found(request, slug)
    if draft is None:
        raise Http404
    flow, problems = actions.read(draft.text)
    if flow is None:
        messages.error(request, f"The draft cannot be tried: {problems[0].message}")
        return redirect("workflow-draft", slug=slug)
    found = simulations.simulate(portfolio, flow, Actor.of(request))
    kind = request.GET.get("kind", "")
    kind = kind if kind in simulation_rules.KINDS else ""
    context = {
        "portfolio": portfolio,
        "draft": draft,
        "found": found,
        "kind": kind,
        "kinds": [(code, label, found.counts[code]) for code, label in simulation_rules.KINDS.items()],
        "labels": simulation_rules.KINDS,
        "page": Paginator(found.of(kind), ON_A_PAGE).get_page(request.GET.get("page")),
        "nav": "settings",
    }
    return render(request, "projects/workflows/trial.html", context)


@require_POST
def review(request: HttpRequest, slug: str) -> HttpResponse:
    """Say that the draft is fine, or what is wrong with it."""

    def done(portfolio: Portfolio, said: dict[str, Any], actor: Actor) -> str:
        wrong = said["wrong"].strip() if said["verdict"] == "wrong" else ""
        if said["verdict"] == "wrong" and not wrong:
            raise Refused("Say what is wrong with the draft.", code="note_missing")
        actions.review(portfolio.pk, version=said["version"], wrong=wrong, actor=actor)
        return "Your review is noted"

    return _answer(request, slug, done)


@require_POST
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish the draft as the next version."""

    def done(portfolio: Portfolio, said: dict[str, Any], actor: Actor) -> str:
        version = actions.publish(portfolio.pk, version=said["version"], note=said["note"], actor=actor)
        return f"Published as version {version.number}. Projects follow it when you move them"

    return _answer(request, slug, done, then="workflow")


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask, then throw the draft away."""
    if request.method != "POST":
        portfolio, draft = _found(request, slug)
        context = {"portfolio": portfolio, "draft": draft, "nav": "settings"}
        return render(request, "projects/workflows/discard.html", context)

    def done(portfolio: Portfolio, said: dict[str, Any], actor: Actor) -> str:
        actions.discard(portfolio.pk, version=said["version"], actor=actor)
        return "Draft discarded"

    return _answer(request, slug, done, then="workflow")


@require_safe
def download(request: HttpRequest, slug: str) -> HttpResponse:
    """The draft as a file, as it was written."""
    portfolio, draft = _found(request, slug)
    if draft is None:
        raise Http404
    response = HttpResponse(draft.text, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{portfolio.slug}-workflow-draft.yaml"'
    return response


def _answer(request: HttpRequest, slug: str, done: Any, then: str = "workflow-draft") -> HttpResponse:
    portfolio, draft = _found(request, slug)
    form = VersionForm(request.POST)
    shown = _fresh(request, portfolio, draft)
    if not form.is_valid():
        refusal = Refused("This cannot be used. Open the draft again.", code="unusable")
        return _page(request, portfolio, draft, shown, refusal=refusal, status=422)
    try:
        messages.success(request, done(portfolio, form.cleaned_data, Actor.of(request)))
    except Refused as refusal:
        return _page(request, portfolio, draft, shown, refusal=refusal, status=409)
    return redirect(then, slug=slug)


def _found(request: HttpRequest, slug: str) -> tuple[Portfolio, WorkflowDraft | None]:
    actor = Actor.of(request)
    rows = Portfolio.objects.visible_to(actor).select_related("workflow", "scorecard")
    portfolio = get_object_or_404(rows, slug=slug)
    permissions.require(actor, "workflow.draft", portfolio)
    if portfolio.workflow is None:
        raise Http404
    drafts = WorkflowDraft.objects.select_related("edited_by", "reviewed_by", "based_on")
    return portfolio, drafts.filter(portfolio=portfolio).first()


def _fresh(request: HttpRequest, portfolio: Portfolio, draft: WorkflowDraft | None) -> DraftForm:
    """The draft, or what a draft begins from: a preset, or what is published."""
    preset = request.GET.get("preset", "")
    if preset in presets.names():
        text = yaml_texts.text(presets.document(preset))
    else:
        text = draft.text if draft else yaml_texts.text(rules.dump(_published(portfolio)))
    return DraftForm(initial={"definition": text, "version": draft.version if draft else 0})


def _page(
    request: HttpRequest,
    portfolio: Portfolio,
    draft: WorkflowDraft | None,
    form: DraftForm,
    *,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = Actor.of(request)
    is_author = draft is not None and draft.edited_by_id == actor.user_id
    text = form["definition"].value() or ""
    context = {
        **_reading(portfolio, text),
        "portfolio": portfolio,
        "draft": draft,
        "form": form,
        "refusal": refusal,
        "is_outdated": draft is not None and draft.based_on_id != portfolio.workflow_id,
        "is_author": is_author,
        "is_saved": draft is not None and draft.text == text,
        "may_publish": permissions.granted(actor, "workflow.publish", portfolio),
        "projects": simulations.projects(portfolio, actor).count(),
        "presets": presets.names(),
        "nav": "settings",
    }
    return render(request, "projects/workflows/draft.html", context, status=status)


def _reading(portfolio: Portfolio, text: str) -> dict[str, Any]:
    """What a text says: its problems, or its stages and what changes."""
    flow, problems = actions.read(text)
    if flow is None:
        return {"problems": problems, "flow": None, "sections": [], "changes": 0}
    sections = workflow_changes.differences(_published(portfolio), flow)
    return {
        "problems": [],
        "flow": flow,
        "stages": [(stage, flow.gate_after(stage.code)) for stage in flow.stages],
        "endings": [gate for gate in flow.gates if gate.kind != "advance"],
        "sections": sections,
        "changes": sum(len(section.changes) for section in sections),
        "published": portfolio.workflow,
    }


def _published(portfolio: Portfolio) -> rules.Workflow:
    assert portfolio.workflow is not None  # noqa: S101 - `_found` has answered 404 otherwise
    return portfolio.workflow.rules
