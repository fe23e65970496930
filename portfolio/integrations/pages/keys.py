"""The API keys of a portfolio: made, shown once, listed and revoked."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portfolio.integrations.actions import keys as actions
from portfolio.integrations.models import ApiKey
from portfolio.integrations.queries import keys
from projects import permissions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio, PortfolioRole

MEANS = {
    "assessments:write": "answer the questions about a project",
    "blockers:write": "raise, change and resolve blockers",
    "events:read": "follow the events",
    "evidence:write": "bring evidence",
    "flags:write": "let flags sleep",
    "imports:write": "import files",
    "metrics:write": "post observations of metrics",
    "moves:write": "move projects through their stages",
    "portfolios:read": "read portfolios, their summary, balance and forecasts",
    "portfolios:write": "take the summary again, keep scenarios, state capacity and rates",
    "projects:read": "read projects, moves, updates, teams and flags",
    "projects:write": "add and change projects and their teams",
    "proposals:write": "propose changes that a person confirms",
    "registries:write": "bind model registries and models",
    "signoffs:write": "ask for sign-offs",
    "signals:write": "report that signals are alive",
    "todos:write": "add and change to-dos",
    "updates:write": "post updates and comments",
    "webhooks:write": "have events posted to other systems",
}
# The same in a row of the list.
SHORT = {
    "assessments:write": "answer questions",
    "blockers:write": "change blockers",
    "events:read": "follow events",
    "evidence:write": "bring evidence",
    "flags:write": "let flags sleep",
    "imports:write": "import",
    "metrics:write": "report metrics",
    "moves:write": "move stages",
    "portfolios:read": "read portfolios",
    "portfolios:write": "take summaries",
    "projects:read": "read projects",
    "projects:write": "change projects",
    "proposals:write": "propose changes",
    "registries:write": "bind registries",
    "signoffs:write": "ask for sign-offs",
    "signals:write": "report signals",
    "todos:write": "change to-dos",
    "updates:write": "post updates",
    "webhooks:write": "manage webhooks",
}
USUAL_SCOPES = ["moves:write", "projects:read", "updates:write"]
ROLES = [choice for choice in PortfolioRole.choices if choice[0] in actions.ROLES]
# Soon enough to renew a key before a pipeline stands still.
SOON_DAYS = 14


class KeyForm(forms.Form):
    name = forms.CharField(max_length=actions.LONGEST_NAME, help_text="Who will use it, such as CI robot.")
    scopes = forms.MultipleChoiceField(
        label="It may",
        choices=[(scope, MEANS[scope]) for scope in actions.SCOPES],
        widget=forms.CheckboxSelectMultiple,
        initial=USUAL_SCOPES,
    )
    role = forms.ChoiceField(
        choices=ROLES, initial=PortfolioRole.CONTRIBUTOR, help_text="As a member would have."
    )
    days = forms.IntegerField(
        label="Days until it expires", min_value=1, max_value=actions.LONGEST_DAYS, initial=actions.USUAL_DAYS
    )


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """Every key of the portfolio, those in force first."""
    _, portfolio = _allowed(request, slug)
    now = timezone.now()
    rows = [
        {
            "key": key,
            "may": ", ".join(SHORT.get(scope, scope) for scope in key.scopes),
            "is_ending": not key.revoked_at and (key.expires_at - now).days < SOON_DAYS,
        }
        for key in keys.of(portfolio)
    ]
    context = {"portfolio": portfolio, "rows": rows, "now": now, "nav": "settings", "base": _base(request)}
    return render(request, "integrations/keys.html", context)


@never_cache
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask what a key is for; then show it, this once."""
    actor, portfolio = _allowed(request, slug)
    form = KeyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            key, secret = actions.create(portfolio.pk, actor=actor, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            context = {"portfolio": portfolio, "key": key, "secret": secret}
            return render(request, "integrations/key_made.html", context)
    context = {"portfolio": portfolio, "form": form, "nav": "settings"}
    return render(request, "integrations/new_key.html", context, status=422 if form.errors else 200)


@require_POST
def revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """End a key at once."""
    actor, portfolio = _allowed(request, slug)
    key = get_object_or_404(ApiKey, portfolio=portfolio, pk=pk)
    actions.revoke(key.pk, actor=actor)
    messages.success(request, f"{key.name} is revoked")
    return redirect("keys", slug=slug)


def _allowed(request: HttpRequest, slug: str) -> tuple[Actor, Portfolio]:
    """404 for a stranger, 403 for whoever does not administer the portfolio."""
    actor = Actor.of(request)
    portfolio = get_object_or_404(Portfolio.objects.visible_to(actor), slug=slug)
    permissions.require(actor, "api_key.manage", portfolio)
    return actor, portfolio


def _base(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")
