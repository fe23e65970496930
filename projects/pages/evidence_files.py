"""Files of evidence: taken in as they arrive, and sent back so that no browser runs them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from projects import permissions
from projects.actions import evidence as actions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Project
from projects.models.evidence import Form
from projects.pages import answers, returns
from projects.pages.evidence import home
from projects.pages.evidence_forms import AddForm, ReplaceForm, VersionForm
from projects.queries import evidence, facts
from projects.queries import projects as project_queries
from projects.rules import evidence_files, evidence_kinds
from projects.transfers import LimitedUpload, UploadTooLarge, served

TOO_LARGE = 413
View = Callable[..., HttpResponse]


def _uploads(view: View) -> View:
    """Asks for permission and sets the limit before the body is read; the check of the token reads it."""

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def handle(request: HttpRequest, key: str, **ids: int) -> HttpResponse:
        actor = Actor.of(request)
        project = project_queries.one(actor, key)
        permissions.require(actor, "evidence.edit", project)
        if request.method == "POST":
            request.upload_handlers = [LimitedUpload(request, settings.EVIDENCE_MAX_MB)]
        try:
            return csrf_protect(view)(request, project, **ids)
        except UploadTooLarge:
            # The rest of the body is not read: neither the form nor a template may ask for it again.
            request.POST, request.too_large = QueryDict(), True  # type: ignore[attr-defined]
            return view(request, project, **ids)

    return handle


@_uploads
def add(request: HttpRequest, project: Project) -> HttpResponse:
    """A file or a link under a kind and a title."""
    form = AddForm(*_given(request), project=project, **_proposed(request, project))
    back = returns.below(request, home(project))
    context = {"nav": "projects", "project": project, "form": form, "back": back}

    def take() -> str:
        version = actions.add(project.pk, actor=Actor.of(request), **form.said)
        return "Evidence added" if version.is_new else "The same is here already"

    return _answer(request, form, "projects/evidence/add.html", context, take)


@_uploads
def replace(request: HttpRequest, project: Project, evidence_id: int) -> HttpResponse:
    """A newer version; the old one stays readable."""
    item = evidence.one(project, evidence_id)
    present = evidence.versions(item)[0]
    if present.form == Form.STATEMENT:
        raise Http404
    form = ReplaceForm(*_given(request), project=project, present=present)
    context = {"nav": "projects", "project": project, "form": form, "item": item, "present": present}

    def take() -> str:
        version = actions.replace(item.pk, actor=Actor.of(request), **form.said)
        return f"Version {version.number} added" if version.is_new else "Nothing is new in this version"

    return _answer(request, form, "projects/evidence/replace.html", context, take)


@require_safe
def file(request: HttpRequest, version_id: int) -> HttpResponse | FileResponse:
    """The bytes of a version, to download; with `?inline`, what a browser can show is shown."""
    version = evidence.visible_version(Actor.of(request), version_id)
    if version.form != Form.FILE:
        raise Http404
    try:
        return served(version, inline="inline" in request.GET)
    except FileNotFoundError:
        context = {"nav": "projects", "version": version, "project": version.evidence.project}
        return render(request, "projects/evidence/lost.html", context, status=answers.GONE)


def _answer(
    request: HttpRequest,
    form: VersionForm,
    template: str,
    context: dict[str, Any],
    take: Callable[[], str],
) -> HttpResponse:
    """The form again with what is wrong, or the page below with a word of what was done."""
    if getattr(request, "too_large", False):
        found = evidence_files.too_large(settings.EVIDENCE_MAX_MB)
        form.errors.clear()
        form.add_error("file", f"{found.message} {found.remedy}")
        status = answers.INVALID if answers.is_part(request) else TOO_LARGE
        return render(request, template, context, status=status)
    if request.method != "POST":
        return render(request, template, context)
    if not form.is_valid():
        return render(request, template, context, status=answers.INVALID)
    try:
        return answers.go(request, context.get("back") or home(form.project), take())
    except Refused as refusal:
        form.take(refusal)
        return render(request, template, context, status=answers.CONFLICT)


def _given(request: HttpRequest) -> tuple[Any, Any]:
    """What the form is bound to."""
    if request.method != "POST":
        return None, None
    return request.POST, {} if getattr(request, "too_large", False) else request.FILES


def _proposed(request: HttpRequest, project: Project) -> dict[str, str]:
    """Kind and gate from the address, where there are such."""
    kind, gate = (request.GET.get(name, "").replace("\0", "") for name in ("kind", "gate"))
    gates = [each.code for each in facts.workflow(project).gates]
    return {
        "kind": kind if evidence_kinds.find(kind) else "",
        "gate": gate if gate in gates else "",
        "title": evidence_kinds.label(kind) if evidence_kinds.find(kind) else "",
    }
