"""Systems that post to a portfolio: added, changed, paused, given new secrets, removed."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portfolio.integrations.models import Source
from portfolio.integrations.sources.actions import sources as actions
from portfolio.integrations.sources.pages.forms import SecretForm, SourceForm
from portfolio.integrations.sources.queries import sources
from projects.errors import Refused
from projects.models import Portfolio
from projects.pages import answers, subjects

# Where the address and the secret go, in the words of each system.
WHERE = {
    "mlflow": "In MLflow, make a webhook for the events of the model registry with this address and secret.",
    "github": (
        "In GitHub: Settings, Webhooks, Add webhook. Content type application/json, this secret, and "
        "the events Deployment statuses, Check runs and Releases."
    ),
    "gitlab": (
        "In GitLab: Settings, Webhooks, Add new webhook. This secret as signing token (from GitLab 19) or as "
        "secret token, and the events Deployment and Pipeline."
    ),
    "generic": "Sign messages as Standard Webhooks with this secret, or send it as Authorization: Bearer.",
}


@require_safe
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """Every source and how its messages fare."""
    _, portfolio = subjects.portfolio(request, slug, "source.manage")
    latest = sources.messages(portfolio)[:8]
    return page(request, portfolio, "list.html", rows=sources.of(portfolio), latest=latest)


@never_cache
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("secret")
@sensitive_variables("secret", "said")
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask what posts; then show its address and its secret, this once."""
    actor, portfolio = subjects.portfolio(request, slug, "source.manage")
    form = SourceForm(request.POST or None, portfolio=portfolio)
    status = answers.OK
    if form.is_bound:
        status = answers.INVALID
        if form.is_valid():
            try:
                source, secret = actions.add(portfolio.pk, actor=actor, **form.cleaned_data)
            except Refused as refusal:
                form.take(refusal)
                status = answers.INVALID if refusal.obstacles else answers.CONFLICT
            else:
                return _made(request, portfolio, source, secret)
    return page(request, portfolio, "form.html", status=status, form=form, home=home(portfolio))


@require_safe
def show(request: HttpRequest, slug: str, source_id: int) -> HttpResponse:
    """One source: its address, what it may, its latest messages."""
    _, portfolio = subjects.portfolio(request, slug, "source.manage")
    source = sources.one_or_404(portfolio, source_id)
    row = next(each for each in sources.of(portfolio) if each.source.pk == source.pk)
    latest = sources.messages(portfolio, source=source.pk)[:20]
    where = WHERE[source.style]
    return page(
        request,
        portfolio,
        "show.html",
        source=source,
        row=row,
        latest=latest,
        address=_address(source),
        where=where,
    )


@never_cache
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, slug: str, source_id: int) -> HttpResponse:
    """Its name, what it may, and its registry."""
    actor, portfolio = subjects.portfolio(request, slug, "source.manage")
    source = sources.one_or_404(portfolio, source_id)
    row = next(each for each in sources.of(portfolio) if each.source.pk == source.pk)
    begin = {"name": source.name, "role": row.role, "registry": source.registry_id or ""}
    form = SourceForm(request.POST or None, portfolio=portfolio, known=source, initial=begin)
    status = answers.INVALID if form.is_bound else answers.OK
    if form.is_bound and form.is_valid():
        try:
            actions.change(source.pk, actor=actor, **form.cleaned_data)
        except Refused as refusal:
            form.take(refusal)
        else:
            return answers.go(request, home(portfolio, source), f"{form.cleaned_data['name']} is saved")
    return page(
        request, portfolio, "form.html", status=status, form=form, source=source, home=home(portfolio, source)
    )


@never_cache
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("secret")
@sensitive_variables("secret")
def rotate(request: HttpRequest, slug: str, source_id: int) -> HttpResponse:
    """A new secret, shown this once."""
    actor, portfolio = subjects.portfolio(request, slug, "source.manage")
    source = sources.one_or_404(portfolio, source_id)
    form = SecretForm(request.POST if request.method == "POST" else None)
    status = answers.INVALID if form.is_bound else answers.OK
    if form.is_bound and form.is_valid():
        try:
            secret = actions.rotate(source.pk, actor=actor, **form.cleaned_data)
        except Refused as refusal:
            form.take(refusal)
        else:
            return _made(request, portfolio, source, secret, at_once=form.cleaned_data["at_once"])
    return page(
        request,
        portfolio,
        "rotate.html",
        status=status,
        form=form,
        source=source,
        home=home(portfolio, source),
    )


@require_POST
def switch(request: HttpRequest, slug: str, source_id: int) -> HttpResponse:
    """Pause a source, or let it go on."""
    actor, portfolio = subjects.portfolio(request, slug, "source.manage")
    source = sources.one_or_404(portfolio, source_id)
    if request.POST.get("is_on") == "1":
        actions.go_on(source.pk, actor=actor)
        said = f"{source.name} may post again"
    else:
        actions.pause(source.pk, actor=actor)
        said = f"{source.name} is paused"
    return answers.go(request, home(portfolio, source if "back" in request.POST else None), said)


@require_POST
def remove(request: HttpRequest, slug: str, source_id: int) -> HttpResponse:
    """Let it post no more."""
    actor, portfolio = subjects.portfolio(request, slug, "source.manage")
    source = sources.one_or_404(portfolio, source_id)
    actions.remove(source.pk, actor=actor)
    return answers.go(request, home(portfolio), f"{source.name} may post no more")


def page(
    request: HttpRequest, portfolio: Portfolio, template: str, *, status: int = answers.OK, **context: Any
) -> HttpResponse:
    """A page of the portfolio's settings."""
    shown = {"portfolio": portfolio, "nav": "settings", **context}
    return render(request, f"integrations/sources/{template}", shown, status=status)


def home(portfolio: Portfolio, source: Source | None = None) -> str:
    """The page of a source, or of all of them."""
    if source is None:
        return reverse("sources", args=[portfolio.slug])
    return reverse("source", args=[portfolio.slug, source.pk])


def _made(
    request: HttpRequest, portfolio: Portfolio, source: Source, secret: str, *, at_once: bool | None = None
) -> HttpResponse:
    return page(
        request,
        portfolio,
        "made.html",
        source=source,
        secret=secret,
        address=_address(source),
        where=WHERE[source.style],
        is_new=at_once is None,
        at_once=at_once,
        home=home(portfolio, source),
    )


def _address(source: Source) -> str:
    return f"{settings.BASE_URL}{reverse('hook', args=[source.token])}"
