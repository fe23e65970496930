"""The API keys of a portfolio: made, shown once, looked at, given new secrets and revoked."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portfolio.integrations.keys.actions import keys as actions
from portfolio.integrations.keys.pages.forms import KeyForm, RotationForm, grid
from portfolio.integrations.keys.queries import keys
from portfolio.integrations.keys.rules import scopes
from portfolio.integrations.models import ApiKey
from portfolio.integrations.webhooks.queries import webhooks
from projects.errors import Refused
from projects.models import Portfolio
from projects.pages import answers, subjects

# Soon enough to renew a key before a pipeline stands still.
SOON_DAYS = 14


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """Every key of the portfolio, those in force first; below them its webhooks."""
    _, portfolio = subjects.portfolio(request, slug, "api_key.manage")
    now = timezone.now()
    rows = [
        {
            "key": key,
            "may": scopes.short(key.scopes),
            "is_ending": not key.revoked_at and (key.expires_at - now).days < SOON_DAYS,
            "has_former": _has_former(key, now),
        }
        for key in keys.of(portfolio)
    ]
    context = {"portfolio": portfolio, "rows": rows, "now": now, "nav": "settings", "base": _base(request)}
    context["webhooks"] = webhooks.of(portfolio, now)
    return render(request, "integrations/keys/list.html", context)


@require_safe
def one(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A key: its secrets as far as they are shown, what it may, and what it has changed."""
    _, portfolio = subjects.portfolio(request, slug, "api_key.manage")
    key = keys.one_or_404(portfolio, pk)
    before = request.GET.get("before", "")
    found = keys.uses(key, portfolio, int(before) if before.isdecimal() and len(before) < 19 else None)
    context = {"portfolio": portfolio, "key": key, "uses": found, "nav": "settings"}
    if answers.is_part(request) and before:
        return render(request, "integrations/keys/_uses.html", context)
    now = timezone.now()
    context |= {
        "grid": grid(set(key.scopes)),
        "has_expired": key.has_expired(now),
        "has_former": _has_former(key, now),
    }
    return render(request, "integrations/keys/show.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask what a key is for; then show it, this once."""
    actor, portfolio = subjects.portfolio(request, slug, "api_key.manage")
    preset = scopes.PRESETS.get(request.GET.get("preset", ""), scopes.USUAL)
    start = {"name": request.GET.get("name", "")[: actions.LONGEST_NAME], "role": preset.role}
    form = KeyForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            key, secret = actions.create(portfolio.pk, actor=actor, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return _made(request, portfolio, key, secret)
    chosen = set(request.POST.getlist("scopes")) if form.is_bound else set(preset.scopes)
    context = {"portfolio": portfolio, "form": form, "nav": "settings", "grid": grid(chosen)}
    context |= {"presets": scopes.PRESETS.values(), "preset": None if form.is_bound else preset}
    status = answers.INVALID if form.errors else answers.OK
    return render(request, "integrations/keys/new.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def rotate(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask how long the present secret goes on; then show the new one, this once."""
    actor, portfolio = subjects.portfolio(request, slug, "api_key.manage")
    key = keys.one_or_404(portfolio, pk)
    form = RotationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            key, secret = actions.rotate(key.pk, actor=actor, **form.said())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return _made(request, portfolio, key, secret)
    context = {"portfolio": portfolio, "key": key, "form": form, "nav": "settings"}
    status = answers.INVALID if form.errors else answers.OK
    return render(request, "integrations/keys/rotate.html", context, status=status)


@require_POST
def end_former(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """End the secret from before the rotation now."""
    actor, portfolio = subjects.portfolio(request, slug, "api_key.manage")
    key = get_object_or_404(ApiKey, portfolio=portfolio, pk=pk)
    actions.end_former(key.pk, actor=actor)
    messages.success(request, f"The old secret of {key.name} has ended")
    return redirect("key", slug=slug, pk=pk)


@require_POST
def revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """End a key at once."""
    actor, portfolio = subjects.portfolio(request, slug, "api_key.manage")
    key = get_object_or_404(ApiKey, portfolio=portfolio, pk=pk)
    actions.revoke(key.pk, actor=actor)
    messages.success(request, f"{key.name} is revoked")
    return redirect("keys", slug=slug)


def _made(request: HttpRequest, portfolio: Portfolio, key: ApiKey, secret: str) -> HttpResponse:
    context = {"portfolio": portfolio, "key": key, "secret": secret, "nav": "settings"}
    return render(request, "integrations/keys/made.html", context)


def _has_former(key: ApiKey, now: datetime) -> bool:
    """Whether the secret from before a rotation is good as well."""
    return not key.revoked_at and key.former_until is not None and key.former_until > now


def _base(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")
