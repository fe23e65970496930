"""A tier below the rule: who may agree to it, what they said, and their word."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from projects.actions import tiers as tier_actions
from projects.errors import NotAllowed, Refused
from projects.models import Project, Tier
from projects.pages import answers, subjects
from projects.pages.fields import TextField
from projects.pages.refusals import RefusalForm
from projects.pages.tiers import words
from projects.queries import facts, tiers
from projects.queries.signatories import Signatory
from projects.rules import roles
from projects.rules import tiers as rules
from projects.rules.evidence import LONGEST


class AgreementForm(RefusalForm):
    """Which tier, in which role, yes or no, and why."""

    tier = forms.ChoiceField(label="Tier", widget=forms.RadioSelect)
    role = forms.ChoiceField(label="You say this as")
    holds = forms.TypedChoiceField(
        label="Will this tier do?",
        choices=[("yes", "Yes, I agree"), ("no", "No, the rule stands")],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Say yes or no."},
    )
    reason = TextField(
        label="Why", max_length=LONGEST, help_text="What the rule cannot know. It is kept with your name."
    )

    def __init__(self, data: Any = None, *, by_rule: str, mine: list[str]) -> None:
        super().__init__(data)
        tier: Any = self.fields["tier"]
        tier.choices = [(code, Tier(code).label) for code in rules.lower(by_rule)]
        role: Any = self.fields["role"]
        role.choices = [(code, roles.label(code)) for code in mine]


@require_http_methods(["GET", "POST"])
def agree(request: HttpRequest, key: str) -> HttpResponse:
    """Who may agree to a tier below the rule, what they said, and the form for those who may."""
    actor, project = subjects.project(request, key, "signoff.decide")
    askable = tiers.askable(project, facts.today(project))
    mine = [role for role, found in askable.items() if actor.user_id in {each.user_id for each in found}]
    form = AgreementForm(request.POST or None, by_rule=tiers.state(project).by_rule, mine=mine)
    if request.method == "GET":
        return _dialog(request, project, form, askable)
    if not mine:
        raise NotAllowed("Only legal and the portfolio manager have a say in this.", code="role_needed")
    if not form.is_valid():
        return _dialog(request, project, form, askable, status=answers.INVALID)
    try:
        tier_actions.agree(project.pk, actor=actor, **form.cleaned_data)
    except Refused as refusal:
        form.take(refusal)
        return _dialog(request, project, form, askable, status=answers.CONFLICT)
    said = "Your agreement is kept" if form.cleaned_data["holds"] else "Your word is kept"
    return answers.go(request, reverse("project_gate", args=[project.key]), said)


def _dialog(
    request: HttpRequest,
    project: Project,
    form: AgreementForm,
    askable: dict[str, list[Signatory]],
    *,
    status: int = answers.OK,
) -> HttpResponse:
    by_rule = tiers.state(project).by_rule
    said = tiers.words(project, by_rule, facts.today(project))
    role: Any = form.fields["role"]
    context = {
        "nav": "projects",
        "project": project,
        "form": form,
        "tier": words(project),
        "said": [(word, Tier(word.tier).label, roles.label(word.role)) for word in said],
        "askable": [(roles.label(code), [each.name for each in found]) for code, found in askable.items()],
        "may_agree": bool(role.choices),
    }
    return render(request, "projects/tier.html", context, status=status)
