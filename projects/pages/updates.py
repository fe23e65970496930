"""Status updates: posted in half a minute, listed for ever."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from projects.actions import updates as update_actions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import SPOKEN_HEALTH, Project, StatusUpdate
from projects.pages import answers, returns, subjects
from projects.pages.fields import DayField, TextField
from projects.queries import dues, facts, updates
from projects.queries import projects as project_queries

PAGE = 20
# An update that takes longer to read than to write is not read.
LONGEST = 2000


class UpdateForm(forms.Form):
    """How it goes, in a sentence or two; the rest is for those who want to say more."""

    health = forms.ChoiceField(
        choices=SPOKEN_HEALTH,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Say on track, at risk or off track.",
            "invalid_choice": "Say on track, at risk or off track.",
        },
    )
    text = TextField(
        label="In a sentence or two",
        rows=4,
        max_length=LONGEST,
        error_messages={"required": "Write at least one sentence."},
    )
    next_step = TextField(label="Next", required=False, rows=2, max_length=LONGEST)
    at_risk = TextField(label="At risk", required=False, rows=2, max_length=LONGEST)
    next_proof_on = DayField(
        label="Date of the next proof", required=False, help_text="When will one see whether it works?"
    )
    corrects = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, corrected: StatusUpdate | None = None, health: str = "") -> None:
        names = ("health", "text", "next_step", "at_risk", "next_proof_on")
        initial = {name: getattr(corrected, name) for name in names} if corrected else {"health": health}
        super().__init__(data, initial={**initial, "corrects": corrected.pk if corrected else None})
        self.fields["text"].widget.attrs["data-key"] = "t"

    @property
    def says_more(self) -> bool:
        """Whether one of the folded fields is filled in or wrong."""
        names = ("next_step", "at_risk", "next_proof_on")
        return any(self[name].value() or self[name].errors for name in names)


@require_http_methods(["GET", "POST"])
def post(request: HttpRequest, key: str) -> HttpResponse:
    """Write an update, or correct the latest one (?corrects=latest); ?health= is chosen already."""
    actor, project = subjects.project(request, key, "update.post")
    latest = updates.latest(project)
    corrected = latest if request.GET.get("corrects") and request.method == "GET" else None
    form = UpdateForm(request.POST or None, corrected=corrected, health=request.GET.get("health", ""))
    if request.method == "GET":
        return _page(request, project, form, latest)
    if not form.is_valid():
        return _page(request, project, form, latest, status=answers.INVALID)
    try:
        update_actions.post(project.pk, actor=actor, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _page(request, project, form, latest, status=answers.CONFLICT)
    return _onward(request, project, actor)


@require_GET
def listed(request: HttpRequest, key: str) -> HttpResponse:
    """All updates, newest first; corrections beside what they correct."""
    project = project_queries.one(Actor.of(request), key)
    page = Paginator(updates.listed(project), PAGE).get_page(request.GET.get("page"))
    workflow = facts.workflow(project)
    stages = {stage.code: stage.label for stage in workflow.stages}
    rows = [(update, stages.get(update.stage, update.stage)) for update in page]
    context: dict[str, Any] = {
        "page": page,
        "rows": rows,
        "newest": page[0].pk if page.number == 1 and rows else None,
    }
    if request.headers.get("HX-Target") == "list":
        return render(request, "projects/_updates.html", {**context, "project": project})
    return answers.project_page(request, project, "projects/updates.html", tab="updates", **context)


def _page(
    request: HttpRequest,
    project: Project,
    form: UpdateForm,
    latest: StatusUpdate | None,
    status: int = answers.OK,
) -> HttpResponse:
    actor = Actor.of(request)
    due = [row.project for row in dues.of(actor).rows]
    back = returns.below(request, reverse("project", args=[project.key]))
    context = {
        "nav": "work" if back == "/my-work/" else "projects",
        "project": project,
        "form": form,
        "latest": latest,
        "recent": updates.recent(project),
        "stage": facts.workflow(project).stage(project.stage),
        "is_correction": bool(form["corrects"].value()),
        "place_in_due": next((n for n, row in enumerate(due, 1) if row.pk == project.pk), 0),
        "due": due,
        "others_due": [row for row in due if row.pk != project.pk],
        "back": back,
    }
    return render(request, "projects/update.html", context, status=status)


def _onward(request: HttpRequest, project: Project, actor: Actor) -> HttpResponse:
    """Back to where it was written from, or on to the next one that waits for an update."""
    said, home = f"Update posted for {project.key}", reverse("project", args=[project.key])
    back = returns.below(request, home)
    if "go_on" in request.POST and (waiting := dues.of(actor).rows):
        onward = reverse("project_update", args=[waiting[0].project.key])
        return answers.go(request, onward if back == home else f"{onward}?{urlencode({'back': back})}", said)
    return answers.go(request, back, said)
