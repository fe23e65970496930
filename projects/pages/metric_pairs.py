"""Metric pairs of a project: what it showed on old data beside what it shows where it is used."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from projects.actions import metric_pairs as actions
from projects.errors import Refused
from projects.models import Project
from projects.pages import answers, returns, subjects
from projects.pages.fields import LineField
from projects.pages.refusals import RefusalForm
from projects.rules import measurements
from projects.rules import metric_pairs as rules
from projects.rules.measurements import LONGEST_NAME
from projects.rules.metric_pairs import NUMBERS, TICKS, MetricPair

BETTER = [("up", "Higher is better"), ("down", "Lower is better")]


def _metric(label: str, help_text: str) -> LineField:
    attrs = {"autocomplete": "off", "list": "metrics", "spellcheck": "false", "class": "input--code"}
    return LineField(
        label=label, max_length=LONGEST_NAME, help_text=help_text, widget=forms.TextInput(attrs=attrs)
    )


def _number(label: str, help_text: str) -> forms.DecimalField:
    wrong = {"invalid": "This is not a number. Use digits, such as 0.05."}
    return forms.DecimalField(label=label, required=False, help_text=help_text, error_messages=wrong)


class PairForm(RefusalForm):
    """Two metrics that should agree, and by how much they may differ."""

    name = LineField(
        label="Name",
        max_length=LONGEST_NAME,
        help_text="Small letters, digits and _, such as recall.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "input--code"}),
    )
    offline = _metric("Metric on old data", "As it is posted among the measurements, such as recall_test.")
    online = _metric("Metric where it is used", "Such as recall_live, or the same name.")
    better = forms.ChoiceField(label="Better is", choices=BETTER)
    gap = _number("Gap that is all right", "By how much it may be worse in use.")
    baseline = _number("Without the model", "What was reached before, or by a simple rule.")
    ceiling = _number("At best", "What is possible at all; more than that is too good to be true.")

    gap_is_share = forms.BooleanField(
        label="The gap is a part of the value on old data", required=False, help_text="0.05 is then 5% of it."
    )
    by_segment = forms.BooleanField(
        label="Each segment keeps the gap", required=False, help_text="Those that are observed on both sides."
    )

    @property
    def pair(self) -> MetricPair:
        """What was said."""
        said: dict[str, Any] = {**self.cleaned_data}
        return MetricPair(higher_is_better=said.pop("better") == "up", **said)


@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest, key: str) -> HttpResponse:
    """Declare a metric pair; ?name= names one that is to be changed."""
    actor, project = subjects.project(request, key, "project.edit")
    if request.method == "GET":
        return _dialog(request, project, PairForm(initial=_known(request, project)))
    form = PairForm(request.POST)
    if not form.is_valid():
        return _dialog(request, project, form, status=answers.INVALID)
    try:
        pair = actions.declare(project.pk, pair=form.pair, actor=actor)
    except Refused as refusal:
        form.take(refusal)
        return _dialog(request, project, form, status=answers.INVALID)
    return answers.go(request, _below(request, project), f"Metric pair {pair.name} declared")


@require_POST
def remove(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """Take a metric pair away; its measurements stay."""
    actor, project = subjects.project(request, key, "project.edit")
    actions.remove(project.pk, name=name, actor=actor)
    return answers.go(request, _below(request, project), f"Metric pair {name} removed")


def _known(request: HttpRequest, project: Project) -> dict[str, Any]:
    name = request.GET.get("name", "").replace("\0", "")[:LONGEST_NAME]
    found = next((pair for pair in rules.read(project.metric_pairs) if pair.name == name), None)
    if found is None:
        return {"name": name}
    numbers = {number: found.stored[number] for number in NUMBERS}
    sides = {"offline": found.offline, "online": found.online}
    ticks = {tick: getattr(found, tick) for tick in TICKS}
    better = "up" if found.higher_is_better else "down"
    return {"name": name, **sides, **numbers, **ticks, "better": better}


def _dialog(
    request: HttpRequest, project: Project, form: PairForm, *, status: int = answers.OK
) -> HttpResponse:
    known = [each.metric for each in measurements.read(project.measurements)]
    back = _below(request, project)
    context = {"nav": "projects", "project": project, "form": form, "metrics": known, "back": back}
    return render(request, "projects/watch/pair.html", context, status=status)


def _below(request: HttpRequest, project: Project) -> str:
    """The page on which the dialog was opened, the evidence or the measurements."""
    return returns.below(request, reverse("project_measurements", args=[project.key]) + "#pairs")
