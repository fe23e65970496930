"""Imports: the list, a new one, its report, and the decision to apply or to discard it."""

from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portfolio.register.actions import imports
from portfolio.register.imports.plain_yaml import BadProfile
from portfolio.register.imports.planning import OUTCOMES
from portfolio.register.models import ImportRun
from portfolio.register.queries import imports as import_queries
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.exports.answers import rows_of_a_page
from projects.pages import answers
from projects.transfers import LimitedUpload, UploadTooLarge

PAGE = 50
TOO_LARGE = "The file has more than {} MB. Split it, or ask for a higher limit."


class UploadForm(forms.Form):
    """A file, where it goes and how it is read."""

    file = forms.FileField(
        label="File",
        allow_empty_file=True,
        max_length=255,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )
    portfolio = forms.ChoiceField(label="Into portfolio")
    profile = forms.ChoiceField(label="Read by profile", help_text="Says which column becomes which field.")

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.portfolios = {one.slug: one for one in import_queries.importable(actor)}
        names = {name: name for one in self.portfolios.values() for name in import_queries.profiles(one)}
        self._offer("portfolio", {slug: one.name for slug, one in self.portfolios.items()})
        self._offer("profile", names)
        self.fields["file"].help_text = f"CSV or XLSX, up to {settings.MAX_UPLOAD_MB} MB."

    def _offer(self, name: str, choices: dict[str, str]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(choices.items())


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The imports so far, newest first."""
    actor = _importer(request)
    page = Paginator(import_queries.runs(actor), rows_of_a_page(request, PAGE))
    context = {"page": page.get_page(request.GET.get("page")), "nav": "imports"}
    return render(request, "register/imports/index.html", context)


@csrf_exempt  # The check reads the body: it has to wait until the limit is in place.
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A file to import, written to disk as it arrives and refused at the limit."""
    actor = _importer(request)
    if request.method == "POST":
        request.upload_handlers = [LimitedUpload(request, settings.MAX_UPLOAD_MB)]
    try:
        return _new(request, actor)
    except UploadTooLarge:
        # The rest of the body is not read: neither the form nor a template may ask for it again.
        request.POST = QueryDict()
        form = UploadForm(actor, {})
        form.errors.clear()
        form.add_error("file", TOO_LARGE.format(settings.MAX_UPLOAD_MB))
        status = answers.INVALID if answers.is_part(request) else 413
        return _form(request, form, status)


@csrf_protect
def _new(request: HttpRequest, actor: Actor) -> HttpResponse:
    if request.method != "POST":
        return _form(request, UploadForm(actor, initial=request.GET.dict()))
    form = UploadForm(actor, request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, form, answers.INVALID)
    file = form.cleaned_data["file"]
    try:
        run = imports.upload(
            form.portfolios[form.cleaned_data["portfolio"]].pk,
            profile=form.cleaned_data["profile"],
            file=Path(file.temporary_file_path()),
            file_name=file.name,
            actor=actor,
        )
    except Refused as refusal:
        form.add_error("profile", refusal.message)
    except BadProfile as bad:
        form.add_error("profile", ["This profile cannot be used.", *bad.problems])
    else:
        return answers.go(request, _url(run))
    return _form(request, form, answers.INVALID)


def _form(request: HttpRequest, form: UploadForm, status: int = answers.OK) -> HttpResponse:
    return render(request, "register/imports/new.html", {"form": form, "nav": "imports"}, status=status)


@require_safe
def show(request: HttpRequest, run_id: int) -> HttpResponse:
    """What the check found, row by row; and how far the worker is."""
    run = known_run(request, run_id)
    outcome = request.GET.get("outcome", "")
    only_problems = request.GET.get("problems") == "yes"
    found = import_queries.lines(run, outcome=outcome, only_problems=only_problems)
    context = {
        "run": run,
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "tabs": [(name, run.counts.get(name, 0)) for name in OUTCOMES],
        "outcome": outcome,
        "only_problems": only_problems,
        "changes": run.counts.get("created", 0) + run.counts.get("changed", 0),
        "nav": "imports",
    }
    part = request.headers.get("HX-Target") == "list"
    return render(request, f"register/imports/{'_lines' if part else 'show'}.html", context)


@require_safe
def progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """How far the worker is, asked every second; the page is loaded anew when it is done."""
    run = known_run(request, run_id)
    if run.is_under_way:
        return render(request, "register/imports/_progress.html", {"run": run})
    response = HttpResponse(status=204)
    response["HX-Refresh"] = "true"
    return response


@require_POST
def apply(request: HttpRequest, run_id: int) -> HttpResponse:
    """Have the worker write what the check announced."""
    run = known_run(request, run_id)
    try:
        imports.apply(run.pk, actor=Actor.of(request))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect(_url(run))


@require_POST
def discard(request: HttpRequest, run_id: int) -> HttpResponse:
    """Drop the file; its report stays in the list."""
    run = known_run(request, run_id)
    try:
        imports.discard(run.pk, actor=Actor.of(request))
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(_url(run))
    messages.success(request, f"“{run.file_name}” was discarded; nothing was imported.")
    return redirect("imports")


def _importer(request: HttpRequest) -> Actor:
    """The actor, if there is a portfolio that they may import into."""
    actor = Actor.of(request)
    if not import_queries.importable(actor):
        raise NotAllowed("You may not import files. Ask an administrator of the portfolio for the role.")
    return actor


def known_run(request: HttpRequest, run_id: int) -> ImportRun:
    """The import, if the actor may know of it and may import there."""
    actor = Actor.of(request)
    try:
        run = import_queries.run(actor, run_id)
    except ImportRun.DoesNotExist:
        raise Http404 from None
    import_queries.require_import(actor, run)
    return run


def _url(run: ImportRun) -> str:
    return f"/imports/{run.pk}/"
