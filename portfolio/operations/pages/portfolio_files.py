"""A whole portfolio as one file: its settings give it out, an empty installation takes it in."""

from pathlib import Path

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from portfolio.operations.actions import portfolio_files as actions
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
    """A file: first all that would come is said, then it is brought; written to disk as it arrives."""
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
    actor, path = Actor.of(request), Path(form.cleaned_data["file"].temporary_file_path())
    try:
        if "apply" not in request.POST:
            return _page(request, FileForm(), found=actions.look(path, actor=actor))
        portfolio = actions.bring(path, actor=actor)
    except Refused as refusal:
        form.add_error("file", [refusal.message, *(each.remedy for each in refusal.obstacles)])
        return _page(request, form, answers.CONFLICT)
    return answers.go(request, reverse("summary", args=[portfolio.slug]), f"{portfolio.name} is here")


def _page(
    request: HttpRequest, form: FileForm, status: int = answers.OK, found: object = None
) -> HttpResponse:
    context = {
        "nav": "worker",
        "form": form,
        "found": found,
        "is_empty": not Portfolio.objects.exists(),
        "most_mb": settings.MAX_UPLOAD_MB,
    }
    return render(request, "operations/bring_portfolio.html", context, status=status)
