"""A whole portfolio as one file: its settings give it out, an empty installation takes it in."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portfolio.operations.actions import arrivals
from portfolio.operations.actions import portfolio_files as actions
from portfolio.operations.models import FileState, PortfolioFile
from portfolio.operations.queries import portfolio_files as queries
from projects import permissions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio
from projects.pages import answers
from projects.transfers import LimitedUpload, UploadTooLarge

TOO_LARGE = "The file is larger than {} MB. Bring it with the command: manage.py portfolio import FILE."


class FileForm(forms.Form):
    """The file of a portfolio."""

    file = forms.FileField(widget=forms.ClearableFileInput(attrs={"accept": ".zip"}))


@require_POST
def take_out(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The file, written while it is sent; the history notes who took it."""
    actor = Actor.of(request)
    portfolio = get_object_or_404(Portfolio.objects.visible_to(actor), slug=slug)
    return sent(portfolio, actor)


def sent(portfolio: Portfolio, actor: Actor) -> StreamingHttpResponse:
    """The file of a portfolio as a download."""
    name = f"plimsoll-{portfolio.slug}-{timezone.localdate().isoformat()}.zip"
    return StreamingHttpResponse(
        actions.take_out(portfolio.pk, actor=actor),
        content_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store, private",
        },
    )


@csrf_exempt  # The check reads the body: it has to wait until the limit is in place.
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest) -> HttpResponse:
    """A file, written to disk as it arrives; what it would bring is said on a page of its own."""
    permissions.require(Actor.of(request), "portfolio.create")
    if request.method == "POST":
        request.upload_handlers = [LimitedUpload(request, settings.MAX_UPLOAD_MB)]
    try:
        return _bring(request)
    except UploadTooLarge:
        # The rest of the body is not read: neither the form nor a template may ask for it again.
        request.POST = QueryDict()
        form = FileForm({})
        form.errors.clear()
        form.add_error("file", TOO_LARGE.format(settings.MAX_UPLOAD_MB))
        return _page(request, form, 413)


@csrf_protect
def _bring(request: HttpRequest) -> HttpResponse:
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, answers.INVALID if form.errors else answers.OK)
    given = form.cleaned_data["file"]
    try:
        file = arrivals.upload(
            Path(given.temporary_file_path()), file_name=given.name, actor=Actor.of(request)
        )
    except Refused as refusal:
        form.add_error("file", [refusal.message, *(each.remedy for each in refusal.obstacles)])
        return _page(request, form, answers.CONFLICT)
    return answers.go(request, reverse("portfolio-file-in", args=[file.pk]))


def _page(request: HttpRequest, form: FileForm, status: int = answers.OK) -> HttpResponse:
    context = {
        "nav": "worker",
        "form": form,
        "is_empty": not Portfolio.objects.exists(),
        "most_mb": settings.MAX_UPLOAD_MB,
        "files": queries.recent(),
    }
    return render(request, "operations/portfolio_files/new.html", context, status=status)


@require_safe
def show(request: HttpRequest, file_id: int) -> HttpResponse:
    """What a file would bring, how far the worker is with it, and what came of it."""
    file = _file(request, file_id)
    return render(request, "operations/portfolio_files/show.html", {**_context(file), "nav": "worker"})


@require_safe
def progress(request: HttpRequest, file_id: int) -> HttpResponse:
    """How far the worker is, asked every second; the page is loaded anew when it is over."""
    context = _context(_file(request, file_id))
    if context["is_under_way"]:
        return render(request, "operations/portfolio_files/_progress.html", context)
    response = HttpResponse(status=204)
    response["HX-Refresh"] = "true"
    return response


@require_POST
def start(request: HttpRequest, file_id: int) -> HttpResponse:
    """Have the worker bring what the page has shown."""
    return _decided(request, file_id, arrivals.bring)


@require_POST
def discard(request: HttpRequest, file_id: int) -> HttpResponse:
    """Drop the file; nothing has come of it."""
    return _decided(request, file_id, arrivals.discard)


def _decided(request: HttpRequest, file_id: int, decide: Callable[..., PortfolioFile]) -> HttpResponse:
    file = _file(request, file_id)
    try:
        decide(file.pk, actor=Actor.of(request))
    except Refused as refusal:
        messages.error(request, " ".join([refusal.message, *(each.remedy for each in refusal.obstacles)]))
    return redirect("portfolio-file-in", file.pk)


def _file(request: HttpRequest, file_id: int) -> PortfolioFile:
    permissions.require(Actor.of(request), "portfolio.create")
    file = queries.one(file_id)
    if file is None:
        raise Http404
    return file


def _context(file: PortfolioFile) -> dict[str, object]:
    stuck = arrivals.is_stuck(file)
    under_way = file.state == FileState.BRINGING and not stuck
    return {
        "file": file,
        "taken_on": datetime.fromisoformat(file.contents["taken_at"]).date(),
        "is_under_way": under_way,
        "is_stuck": file.state == FileState.BRINGING and stuck,
        "step": queries.step(file) if under_way else None,
        "figures": queries.figures(file),
    }
