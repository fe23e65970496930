"""A portfolio's questions: looked at, edited as a file with a check and a trial, and published."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from projects import permissions
from projects.actions import scorecards as actions
from projects.actors import Actor
from projects.errors import Stale
from projects.models import Portfolio, ScorecardVersion
from projects.models.workflows import parsed
from projects.pages import definitions
from projects.queries import scorecards as queries
from projects.rules import presets, scorecard_changes, scorecard_constants, yaml_texts
from projects.rules import scorecards as rules
from projects.rules.documents import Problem


class EditForm(definitions.DefinitionForm):
    """The scorecard, and the version that was edited."""

    note = forms.CharField(label="What changes, and why", max_length=300, required=False)
    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=1_000_000)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, label="Scorecard file", **options)


def show(request: HttpRequest, slug: str) -> HttpResponse:
    """What is asked of projects and every number behind the scores, in one version."""
    actor = Actor.of(request)
    portfolio = _portfolio(actor, slug)
    version = _version(portfolio, request.GET.get("version"))
    card, stages = version.rules, _stages(portfolio)
    context = {
        "portfolio": portfolio,
        "version": version,
        "is_current": version.pk == portfolio.scorecard_id,
        "versions": queries.versions(portfolio),
        "card": card,
        "sections": _sections(card, stages),
        "groups": scorecard_constants.groups(card, stages),
        "may_publish": permissions.granted(actor, "scorecard.publish", portfolio),
        "nav": "settings",
    }
    return render(request, "projects/scorecards/show.html", context)


def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Edit the scorecard as a file: check it, see what it would change, publish it as the next version."""
    actor = Actor.of(request)
    portfolio = _portfolio(actor, slug)
    permissions.require(actor, "scorecard.publish", portfolio)
    present = _version(portfolio, None)
    if request.method == "POST":
        return _sent(request, actor, portfolio, present)
    form = EditForm(
        initial={"definition": yaml_texts.text(_document(present, request)), "base": present.number}
    )
    return _edit_page(request, portfolio, present, form)


def _sent(
    request: HttpRequest, actor: Actor, portfolio: Portfolio, present: ScorecardVersion
) -> HttpResponse:
    form = EditForm(request.POST, request.FILES)
    if not form.is_valid():
        return _edit_page(request, portfolio, present, form, status=422)
    draft, problems = yaml_texts.read(form.text, rules.parse, noun="scorecard")
    # A file that was sent is shown as text, so that it can be put right and published.
    shown = EditForm(initial={**form.cleaned_data, "definition": form.text})
    if draft is None:
        return _edit_page(request, portfolio, present, shown, problems=problems, status=422)
    if "publish" not in request.POST:
        return _edit_page(request, portfolio, present, shown, draft=draft)
    try:
        version = actions.publish(
            portfolio.pk,
            definition=rules.dump(draft),
            note=form.cleaned_data["note"],
            base=form.cleaned_data["base"],
            actor=actor,
        )
    except Stale as stale:
        return _edit_page(request, portfolio, present, shown, draft=draft, refusal=stale.message, status=409)
    messages.success(request, f"Published as version {version.number}. All scores are being made anew")
    return redirect("questions", slug=portfolio.slug)


def download(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A version as a file, to be kept, reviewed or published elsewhere."""
    portfolio = _portfolio(Actor.of(request), slug)
    version = get_object_or_404(ScorecardVersion, portfolio=portfolio, number=number)
    text = yaml_texts.text(version.definition)
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{portfolio.slug}-questions-{number}.yaml"'
    return response


def _edit_page(
    request: HttpRequest,
    portfolio: Portfolio,
    present: ScorecardVersion,
    form: EditForm,
    *,
    problems: list[Problem] | None = None,
    draft: rules.Scorecard | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    changes = scorecard_changes.differences(present.rules, draft, _stages(portfolio)) if draft else []
    context = {
        "form": form,
        "portfolio": portfolio,
        "present": present,
        "problems": problems or [],
        "draft": draft,
        "differences": changes,
        "trial": queries.trial(portfolio, draft) if draft and changes else None,
        "refusal": refusal,
        "presets": rules.names(),
        "nav": "settings",
    }
    return render(request, "projects/scorecards/edit.html", context, status=status)


def _portfolio(actor: Actor, slug: str) -> Portfolio:
    rows = Portfolio.objects.visible_to(actor).select_related("scorecard", "scorecard__published_by")
    return get_object_or_404(rows, slug=slug)


def _version(portfolio: Portfolio, number: str | None) -> ScorecardVersion:
    if number is None:
        if portfolio.scorecard is None:
            raise Http404
        return portfolio.scorecard
    if not number.isdecimal() or len(number) > 9:
        raise Http404
    return get_object_or_404(ScorecardVersion, portfolio=portfolio, number=int(number))


def _document(present: ScorecardVersion, request: HttpRequest) -> dict[str, Any]:
    """What editing begins from: the present version, or a shipped one."""
    chosen = request.GET.get("preset", "")
    return rules.document(chosen) if chosen in rules.names() else present.definition


def _stages(portfolio: Portfolio) -> Mapping[str, str]:
    """The standard stages by the names that the portfolio's workflow gives them."""
    named = {stage.standard: stage.label for stage in presets.workflow("standard").stages}
    if portfolio.workflow_id is None:
        return named
    own = parsed(portfolio.workflow_id).stages
    return named | {stage.standard: stage.label for stage in reversed(own)}


def _sections(card: rules.Scorecard, stages: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each pitfall with its questions, those of panels at its end."""
    panels = {panel.code: panel.label for panel in card.panels}
    return [
        {
            "pitfall": pitfall,
            "weight": sum(question.weight for question in questions if not question.panel),
            "weight_of_panels": sum(question.weight for question in questions if question.panel),
            "rows": [
                {
                    "question": question,
                    "due": stages.get(question.due, question.due),
                    "panel": panels.get(question.panel, ""),
                }
                for question in questions
            ],
        }
        for pitfall, questions in card.sections(is_llm=True)
    ]
