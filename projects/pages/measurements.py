"""Measurements of a project: the newest of each metric, and one added by hand."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from projects.actions import measurements as measurement_actions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Project
from projects.pages import answers, returns, signals, subjects
from projects.pages.fields import DayField, LineField
from projects.pages.refusals import RefusalForm
from projects.queries import facts
from projects.queries import projects as project_queries
from projects.rules import measurements as rules
from projects.rules import metric_pairs
from projects.rules.measurements import Measurement

FIELDS = ("metric", "value", "measured_on", "source")


class MeasurementForm(RefusalForm):
    """What a metric was on a day."""

    metric = LineField(
        label="Metric",
        max_length=rules.LONGEST_NAME,
        help_text="As gates name it, such as latency_p95_ms.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "metrics", "spellcheck": "false"}),
    )
    value = forms.DecimalField(
        label="Value", error_messages={"invalid": "This is not a number. Use digits, such as 0.83."}
    )
    measured_on = DayField(label="Measured on")
    source = LineField(
        label="Where that can be looked up",
        max_length=rules.LONGEST_SOURCE,
        required=False,
        help_text="Address of a run or a report.",
    )

    def field_of(self, name: str) -> str:
        """Of a row of many, the field in it."""
        return name.rpartition(".")[2]


@require_GET
def listed(request: HttpRequest, key: str) -> HttpResponse:
    """The newest measurement of every metric, the pairs of them, and the signals."""
    project = project_queries.one(Actor.of(request), key)
    page = "projects/measurements/list.html"
    return answers.project_page(request, project, page, tab="evidence", **shown(project))


def shown(project: Project) -> dict[str, Any]:
    """What the cards of measurements, metric pairs and signals show."""
    return {
        "measurements": rules.read(project.measurements),
        "pairs": metric_pairs.compare(project.metric_pairs, project.measurements),
        "signals": signals.rows(project),
    }


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, key: str) -> HttpResponse:
    """One measurement by hand; ?metric= names what a gate misses."""
    actor, project = subjects.project(request, key, "evidence.edit")
    if request.method == "GET":
        metric = request.GET.get("metric", "").replace("\0", "")[: rules.LONGEST_NAME]
        initial = {"metric": metric, "measured_on": facts.today(project)}
        return _dialog(request, project, MeasurementForm(initial=initial))
    form = MeasurementForm(request.POST)
    if not form.is_valid():
        return _dialog(request, project, form, status=answers.INVALID)
    said: dict[str, Any] = form.cleaned_data
    try:
        (posted,) = measurement_actions.post_many(project.pk, given=[Measurement(**said)], actor=actor)
    except Refused as refusal:
        form.take(refusal)
        status = answers.INVALID if refusal.obstacles else answers.CONFLICT
        return _dialog(request, project, form, status=status)
    name = posted.measurement.metric
    words = f"{name} posted" if posted.stored else f"Not stored: {name} has been measured on a later day"
    return answers.go(request, _below(request, project), words)


def _dialog(
    request: HttpRequest, project: Project, form: MeasurementForm, *, status: int = answers.OK
) -> HttpResponse:
    known = [each.metric for each in rules.read(project.measurements)]
    back = _below(request, project)
    context = {"nav": "projects", "project": project, "form": form, "metrics": known, "back": back}
    return render(request, "projects/measurements/add.html", context, status=status)


def _below(request: HttpRequest, project: Project) -> str:
    """The page on which the dialog was opened, a gate or the list."""
    return returns.below(request, reverse("project_measurements", args=[project.key]))
