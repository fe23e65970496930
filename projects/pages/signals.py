"""Signals of a project: declared and taken away; whatever sends them reports by REST."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from projects.actions import signals as actions
from projects.errors import Refused
from projects.models import Project
from projects.pages import answers, returns, subjects
from projects.pages.fields import LineField
from projects.pages.refusals import RefusalForm
from projects.queries import facts
from projects.rules import signals as rules
from projects.rules.flag_facts import Signal
from projects.rules.measurements import LONGEST_NAME
from projects.rules.signals import Limits


@dataclass(frozen=True, slots=True)
class Row:
    """A signal with the day since which it is silent; None: it is not."""

    signal: Signal
    silent_since: date | None

    @property
    def is_beyond(self) -> bool:
        return rules.is_beyond(self.signal)


def _limit(label: str, help_text: str) -> forms.DecimalField:
    wrong = {"invalid": "This is not a number. Use digits, such as 0.2."}
    return forms.DecimalField(label=label, required=False, help_text=help_text, error_messages=wrong)


class SignalForm(RefusalForm):
    """The name of a signal, how often it comes, and between which values it should lie."""

    name = LineField(
        label="Name",
        max_length=LONGEST_NAME,
        help_text="As whatever sends it says it, such as nightly_predictions.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "input--code"}),
    )
    every_days = forms.IntegerField(
        label="Comes every … days",
        min_value=1,
        max_value=rules.LONGEST_PERIOD,
        required=False,
        help_text=f"1 for every day. Empty: nobody knows, and {rules.USUAL_PERIOD_DAYS} days are expected.",
        error_messages={"invalid": "This is not a whole number of days. Use digits, such as 7."},
    )

    below = _limit("Flag below", "Only where the signal is a metric that is observed. Empty: no limit.")
    above = _limit("Flag above", "Such as 0.2 for a measure of drift.")


def rows(project: Project) -> list[Row]:
    """The signals of a project by name."""
    today = facts.today(project)
    return [
        Row(each, rules.last(each) if rules.is_silent(each, today) else None)
        for each in rules.read(project.signals)
    ]


@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest, key: str) -> HttpResponse:
    """Declare a signal; ?name= names one whose period is to be changed."""
    actor, project = subjects.project(request, key, "project.edit")
    if request.method == "GET":
        return _dialog(request, project, SignalForm(initial=_known(request, project)))
    form = SignalForm(request.POST)
    if not form.is_valid():
        return _dialog(request, project, form, status=answers.INVALID)
    said: dict[str, Any] = form.cleaned_data
    try:
        limits = Limits(said.pop("below"), said.pop("above"))
        actions.declare(project.pk, actor=actor, limits=limits, **said)
    except Refused as refusal:
        form.take(refusal)
        return _dialog(request, project, form, status=answers.INVALID)
    return answers.go(request, _below(request, project), f"Signal {said['name']} declared")


@require_POST
def remove(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """Take a signal away that is not sent any more."""
    actor, project = subjects.project(request, key, "project.edit")
    actions.remove(project.pk, name=name, actor=actor)
    return answers.go(request, _below(request, project), f"Signal {name} removed")


def _known(request: HttpRequest, project: Project) -> dict[str, Any]:
    name = request.GET.get("name", "").replace("\0", "")[:LONGEST_NAME]
    kept = project.signals.get(name, {})
    return {"name": name, **{field: kept.get(field) for field in ("every_days", "below", "above")}}


def _dialog(
    request: HttpRequest, project: Project, form: SignalForm, *, status: int = answers.OK
) -> HttpResponse:
    context = {"nav": "projects", "project": project, "form": form, "back": _below(request, project)}
    return render(request, "projects/watch/signal.html", context, status=status)


def _below(request: HttpRequest, project: Project) -> str:
    """The page on which the dialog was opened, the evidence or the measurements."""
    return returns.below(request, reverse("project_measurements", args=[project.key]) + "#signals")
