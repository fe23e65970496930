"""Evidence of a project: its list, one item with its versions, statements, and what rests on it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import Truncator
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from projects import permissions
from projects.actions import evidence as actions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Evidence, Project
from projects.pages import answers, headers, measurements, returns, subjects
from projects.pages.evidence_forms import AttachForm, StatementForm
from projects.queries import checklists, evidence, facts
from projects.queries import projects as project_queries
from projects.rules import criteria
from projects.rules import evidence_items as rules

SHORT = 60  # letters in a toast


@require_safe
def listed(request: HttpRequest, key: str) -> HttpResponse:
    """Everything that answers, gates and signatures of a project can rest on."""
    project = project_queries.one(Actor.of(request), key)
    context = {
        **headers.context(request, project, "evidence"),
        "evidence": evidence.listed(project),
        "checklists": checklists.every(project),
        **measurements.shown(project),
    }
    return render(request, "projects/evidence/list.html", context)


@require_safe
def show(request: HttpRequest, key: str, evidence_id: int) -> HttpResponse:
    """One item: all its versions, and what rests on it."""
    actor = Actor.of(request)
    project = project_queries.one(actor, key)
    item = evidence.one(project, evidence_id)
    versions = evidence.versions(item)
    context = {
        "nav": "projects",
        "project": project,
        "item": item,
        "row": evidence.row(project, versions[0]),
        "versions": versions,
        "kind_label": evidence.kind_label(item),
        "may": headers.may(actor, project),
    }
    return render(request, "projects/evidence/show.html", context)


@require_POST
def remove(request: HttpRequest, key: str, evidence_id: int) -> HttpResponse:
    """Take an item away; the toast brings it back."""
    project, item = _item(request, key, evidence_id)
    undo = reverse("project_evidence_restore", args=[project.key, item.pk])
    return _done(request, project, actions.remove, item, f"Removed: {short(item)}", undo=undo)


@require_POST
def restore(request: HttpRequest, key: str, evidence_id: int) -> HttpResponse:
    """Bring a removed item back."""
    project, item = _item(request, key, evidence_id)
    return _done(request, project, actions.restore, item, f"Brought back: {short(item)}")


@require_http_methods(["GET", "POST"])
def attach(request: HttpRequest, key: str, evidence_id: int) -> HttpResponse:
    """Say what rests on an item."""
    actor = Actor.of(request)
    project, item = _item(request, key, evidence_id)
    permissions.require(actor, "evidence.edit", project)
    form = AttachForm(request.POST or None, project=project)
    context = {"nav": "projects", "project": project, "item": item, "form": form}
    if request.method == "GET" or not form.is_valid():
        status = answers.OK if request.method == "GET" else answers.INVALID
        return render(request, "projects/evidence/attach.html", context, status=status)
    try:
        actions.attach(item.pk, actor=actor, **form.said)
    except Refused as refusal:
        form.take(refusal)
        return render(request, "projects/evidence/attach.html", context, status=answers.CONFLICT)
    return answers.go(request, home(project), "Attached")


@require_POST
def detach(request: HttpRequest, key: str, evidence_id: int) -> HttpResponse:
    """Say that a place no longer rests on an item."""
    project, item = _item(request, key, evidence_id)
    given = {name: request.POST.get(name, "").replace("\0", "") for name in ("place", "ref")}
    return _done(request, project, actions.detach, item, "Detached", **given)


@require_http_methods(["GET", "POST"])
def state_(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """A person's word on something that a gate asks for."""
    actor, project = subjects.project(request, key, "evidence.edit")
    asked = rules.statement(facts.workflow(project), name)
    if asked is None:
        raise Http404
    form = StatementForm(request.POST or None)
    label = criteria.label(asked)
    back = returns.below(request, home(project))
    context = {
        "nav": "projects",
        "project": project,
        "asked": asked,
        "label": label,
        "form": form,
        "back": back,
    }
    if request.method == "GET" or not form.is_valid():
        status = answers.OK if request.method == "GET" else answers.INVALID
        return render(request, "projects/evidence/statement.html", context, status=status)
    try:
        actions.state_(project.pk, name=name, actor=actor, **form.said)
    except Refused as refusal:
        form.take(refusal)
        return render(request, "projects/evidence/statement.html", context, status=answers.CONFLICT)
    return answers.go(request, back, "Statement made")


def home(project: Project) -> str:
    """The tab."""
    return reverse("project_evidence", args=[project.key])


def short(item: Evidence) -> str:
    """An item in the words of a toast."""
    return Truncator(item.title).chars(SHORT)


def _item(request: HttpRequest, key: str, evidence_id: int) -> tuple[Project, Evidence]:
    project = project_queries.one(Actor.of(request), key)
    return project, evidence.one(project, evidence_id)


def _done(
    request: HttpRequest,
    project: Project,
    action: Any,
    item: Evidence,
    said: str,
    *,
    undo: str = "",
    **given: str,
) -> HttpResponse:
    """Back to the tab with a word of what was done, or of why not."""
    try:
        action(item.pk, actor=Actor.of(request), **given)
    except Refused as refusal:
        messages.error(request, f"Not done. {refusal.message}")
        return answers.go(request, home(project))
    return answers.go(request, home(project), said, undo=undo)
