"""Waivers: leave to skip stages, asked for by one and signed by another."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from projects import permissions
from projects.actions import waivers as waiver_actions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Project, Waiver
from projects.pages import answers, subjects
from projects.pages.fields import DayField, TextField
from projects.queries import facts
from projects.queries import projects as project_queries


class WaiverForm(forms.Form):
    """Where to, why, and until when."""

    to = forms.ChoiceField(
        label="Skip ahead to",
        error_messages={"required": "Choose a stage.", "invalid_choice": "Choose a later stage of the list."},
    )
    reason = TextField(
        label="Why is it right to pass over these gates?",
        max_length=2000,
        help_text="It is shown on the project for ever.",
    )
    expires_on = DayField(label="Holds until", after_today=True)
    signs_as = forms.ChoiceField(
        label="You sign as", choices=[("SP", "Business sponsor"), ("PM", "Portfolio manager")]
    )

    def __init__(self, data: Any = None, *, project: Project, actor: Actor) -> None:
        super().__init__(data)
        workflow = facts.workflow(project)
        later = workflow.stages[workflow.index(project.stage) + 1 :]
        to: Any = self.fields["to"]
        to.choices = [(stage.code, stage.label) for stage in later]
        held = permissions.stands_for(actor.user, project)
        role: Any = self.fields["signs_as"]
        role.choices = [(code, label) for code, label in role.choices if code in held]
        self.can_sign = bool(role.choices)


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, key: str) -> HttpResponse:
    """The first signature: say where to and why."""
    actor, project = subjects.project(request, key, "waiver.sign")
    form = WaiverForm(request.POST or None, project=project, actor=actor)
    if request.method == "GET":
        return _dialog(request, project, form)
    if not form.is_valid():
        return _dialog(request, project, form, status=answers.INVALID)
    try:
        waiver_actions.ask(project.pk, actor=actor, **form.cleaned_data)
    except Refused as refusal:
        return _dialog(request, project, form, status=answers.CONFLICT, refusal=refusal)
    return _to_gate(request, project, "Waiver asked for: it waits for the second signature")


@require_POST
def sign(request: HttpRequest, key: str, waiver_id: int) -> HttpResponse:
    """The second signature."""
    actor = Actor.of(request)
    project = project_queries.one(actor, key)
    if not Waiver.objects.filter(pk=waiver_id, project=project).exists():
        raise Http404
    try:
        waiver_actions.sign(waiver_id, actor=actor)
    except Refused as refusal:
        form = WaiverForm(project=project, actor=actor)
        return _dialog(request, project, form, status=answers.CONFLICT, refusal=refusal)
    return _to_gate(request, project, "Waiver signed: it holds from now on")


def _dialog(
    request: HttpRequest,
    project: Project,
    form: WaiverForm,
    *,
    status: int = answers.OK,
    refusal: Refused | None = None,
) -> HttpResponse:
    context = {"nav": "projects", "project": project, "form": form, "refusal": refusal}
    return render(request, "projects/waiver.html", context, status=status)


def _to_gate(request: HttpRequest, project: Project, said: str) -> HttpResponse:
    return answers.go(request, reverse("project_gate", args=[project.key]), said)
