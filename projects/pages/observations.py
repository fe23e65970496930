"""One observation by hand, and one taken back that was posted by mistake."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from projects.actions import observations as actions
from projects.errors import Refused
from projects.models import Project
from projects.models.observations import Environment
from projects.pages import answers, returns, subjects
from projects.pages.fields import LineField
from projects.pages.refusals import RefusalForm
from projects.queries import metrics
from projects.rules import measurements
from projects.rules import observations as rules
from projects.rules.observations import Observed

NUMBER = {"invalid": "This is not a number. Use digits, such as 0.83."}
MOMENT = {"invalid": "Give a day and a time, such as 2026-03-01 06:00."}


def _number(label: str, *, required: bool = False) -> forms.FloatField:
    return forms.FloatField(label=label, required=required, error_messages=NUMBER)


class ObservationForm(RefusalForm):
    """What a metric was."""

    metric = LineField(
        label="Metric",
        max_length=measurements.LONGEST_NAME,
        help_text="Small letters, digits and _, such as recall.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "metrics", "spellcheck": "false"}),
    )
    environment = forms.ChoiceField(label="Observed", choices=Environment.choices)
    value = _number("Value", required=True)
    at = forms.DateTimeField(
        label="When",
        error_messages=MOMENT,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )
    low = _number("Interval from")
    high = _number("to")
    version = LineField(label="Version", max_length=rules.LONGEST_VERSION, required=False)
    segment = LineField(
        label="Segment",
        max_length=rules.LONGEST_SEGMENT,
        required=False,
        help_text="A part of the users; empty: all of them.",
    )
    source = LineField(label="Where that can be looked up", max_length=rules.LONGEST_SOURCE, required=False)

    @property
    def observed(self) -> Observed:
        """What was said."""
        return Observed(**{name: self.cleaned_data[name] for name in Observed._fields if name in self.fields})

    def field_of(self, name: str) -> str:
        """Of a row of many, the field in it."""
        return name.rpartition(".")[2]


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, key: str) -> HttpResponse:
    """One observation by hand; ?metric= names the one that is shown."""
    actor, project = subjects.project(request, key, "observation.post")
    if request.method == "GET":
        metric = request.GET.get("metric", "").replace("\0", "")[: measurements.LONGEST_NAME]
        now = timezone.localtime().replace(second=0, microsecond=0)
        return _dialog(request, project, ObservationForm(initial={"metric": metric, "at": now}))
    form = ObservationForm(request.POST)
    if not form.is_valid():
        return _dialog(request, project, form, status=answers.INVALID)
    said = form.cleaned_data
    try:
        posted = actions.post_many(project.pk, given=[form.observed], actor=actor, source=said["source"])
    except Refused as refusal:
        form.take(refusal)
        status = answers.INVALID if refusal.obstacles else answers.CONFLICT
        return _dialog(request, project, form, status=status)
    words = "was there already" if posted.same else "corrected" if posted.changed else "posted"
    return answers.go(request, _below(request, project), f"{said['metric']} {words}")


def _dialog(
    request: HttpRequest, project: Project, form: ObservationForm, *, status: int = answers.OK
) -> HttpResponse:
    known = sorted({line.metric for line in metrics.lines(project.pk)})
    back = _below(request, project)
    context: dict[str, Any] = {"nav": "projects", "project": project, "form": form, "metrics": known}
    return render(request, "projects/metrics/observe.html", {**context, "back": back}, status=status)


def _below(request: HttpRequest, project: Project) -> str:
    """The page on which the dialog was opened."""
    return returns.below(request, reverse("project_metrics", args=[project.key]))
