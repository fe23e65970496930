"""Blockers of a project: its list, one of them beside the page, raised and changed in dialogs."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from projects import permissions
from projects.actions import blockers as actions
from projects.actors import Actor
from projects.errors import Refused, Stale
from projects.models import Project
from projects.models.blockers import POLICY
from projects.pages import answers, blocker_conflicts, blocker_verbs, headers, returns, subjects
from projects.pages.blocker_forms import MOST_AFFECTED, EditForm, RaiseForm
from projects.queries import blocker_owners, blockers, outside, people, timelines
from projects.queries import projects as project_queries

LONGEST_SEARCH = 200


@require_safe
def listed(request: HttpRequest, key: str) -> HttpResponse:
    """What stops a project: open ones by their day, then those that are resolved."""
    actor = Actor.of(request)
    project = project_queries.one(actor, key)
    rows = blockers.of(project, actor)
    context = {
        **headers.context(request, project, "blockers"),
        "open": [row for row in rows if row.blocker.is_open],
        "resolved": [row for row in rows if not row.blocker.is_open],
    }
    return render(request, "projects/blockers/list.html", context)


@require_safe
def show(request: HttpRequest, blocker_id: int) -> HttpResponse:
    """One blocker: what it is, its clock, its log, and what can be done with it."""
    actor = Actor.of(request)
    row = blockers.one(blocker_id, actor)
    context = {
        "nav": "blockers",
        "row": row,
        "blocker": row.blocker,
        "verbs": blocker_verbs.offered(row, actor),
        "may_edit": blocker_verbs.may(row, actor),
        "log": timelines.of_blocker(row.blocker),
        "asked": outside.of(row.blocker, timezone.now()),
        "back": returns.below(request, request.path),
    }
    return render(request, "projects/blockers/show.html", context)


@require_http_methods(["GET", "POST"])
def raise_(request: HttpRequest, key: str) -> HttpResponse:
    """Say what stops a project."""
    actor, project = subjects.project(request, key, "blocker.edit")
    form = RaiseForm(request.POST or None, project=project, actor=actor)
    if request.method == "GET" or not form.is_valid():
        return _dialog(request, project, form)
    try:
        blocker = actions.raise_(project.pk, actor=actor, **form.said)
    except Refused as refusal:
        form.take(refusal)
        return _dialog(request, project, form, status=answers.CONFLICT)
    days = POLICY.severity(blocker.severity).sla_days
    home = reverse("project_blockers", args=[project.key])
    return answers.go(request, returns.below(request, home), f"Blocker raised. It has {days} days.")


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Raise a blocker from anywhere: first the project, unless the address names it."""
    actor = Actor.of(request)
    back = returns.below(request, reverse("blockers"))
    if key := request.GET.get("project", "").replace("\0", "").strip():
        found = Project.objects.visible_to(actor).filter(key=key.upper()).first()
        if found is not None:
            address = reverse("project_blocker_raise", args=[found.key])
            return redirect(f"{address}?{urlencode({'back': back})}")
    context = {
        "back": back,
        "nav": "blockers",
        "asked": key,
        "projects": project_queries.open_to_blockers(actor),
    }
    return render(request, "projects/blockers/choose.html", context)


@require_safe
def others(request: HttpRequest, key: str) -> HttpResponse:
    """Projects to tick as stopped too, while somebody types their names; ticked ones stay."""
    actor, project = subjects.project(request, key, "blocker.edit")
    ticked = request.GET.getlist("affected")[:MOST_AFFECTED]
    words = request.GET.get("find", "").replace("\0", "")[:LONGEST_SEARCH]
    found = project_queries.neighbours(project, actor, words, ticked)
    context = {"found": found, "ticked": ticked, "words": words}
    return render(request, "projects/blockers/_others.html", context)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, blocker_id: int) -> HttpResponse:
    """Change what is said of a blocker; what somebody else saved meanwhile is shown first."""
    actor = Actor.of(request)
    row = blockers.one(blocker_id, actor)
    project = row.blocker.project
    permissions.require(actor, "blocker.edit", project)
    form = EditForm.of(row, actor, request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return _dialog(request, project, form, blocker_id)
    try:
        actions.edit(blocker_id, version=form.cleaned_data["version"], actor=actor, **form.said)
    except Stale as stale:
        # What was typed stays, what was left alone is theirs; saving again means it knowingly.
        form = blocker_conflicts.renewed(form, row, actor, request.POST, stale)
        meanwhile = blocker_conflicts.words(row, stale)
        return _dialog(request, project, form, blocker_id, status=answers.CONFLICT, meanwhile=meanwhile)
    except Refused as refusal:
        form.take(refusal)
        return _dialog(request, project, form, blocker_id, status=answers.CONFLICT)
    return answers.go(request, returns.below(request, reverse("blocker", args=[blocker_id])), "Blocker saved")


def _dialog(
    request: HttpRequest,
    project: Project,
    form: RaiseForm | EditForm,
    blocker_id: int | None = None,
    *,
    status: int = answers.OK,
    meanwhile: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    if status == answers.OK and form.is_bound:
        status = answers.INVALID
    home = reverse("blocker", args=[blocker_id]) if blocker_id else ""
    context: dict[str, Any] = {
        "nav": "projects",
        "back": returns.below(request, home or reverse("project_blockers", args=[project.key])),
        "project": project,
        "form": form,
        "blocker_id": blocker_id,
        "meanwhile": meanwhile,
        "categories": blocker_owners.usual(project),
        "deciders": people.who_may_see(project).values_list("name", flat=True),
    }
    return render(request, "projects/blockers/edit.html", context, status=status)
