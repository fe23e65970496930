"""The model registries of a portfolio: which there are, whether they answer, and how they are reached."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portfolio import addresses
from portfolio.integrations.models import Registry
from portfolio.integrations.registries.actions import links
from portfolio.integrations.registries.actions import registries as actions
from portfolio.integrations.registries.queries import registries
from portfolio.integrations.registries.rules import registries as rules
from portfolio.tries import too_many
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio
from projects.pages import answers, subjects
from projects.pages.fields import LineField
from projects.pages.refusals import RefusalForm

# Somebody who tries an address again and again is looking for something else.
MOST_TESTS, TEST_SECONDS, TOO_MANY = 20, 600, 429
CODE = {"class": "input--code", "autocomplete": "off", "spellcheck": "false"}


class RegistryForm(RefusalForm):
    """One MLflow server; when it is changed, an empty token keeps the stored one."""

    name = LineField(max_length=rules.LONGEST_NAME, help_text="Such as MLflow of the claims team.")
    url = forms.CharField(
        label="Address",
        max_length=addresses.LONGEST,
        widget=forms.TextInput(attrs={**CODE, "inputmode": "url"}),
        help_text="Where MLflow’s own pages begin, such as https://mlflow.example.org.",
    )
    username = LineField(
        label="User name",
        required=False,
        max_length=rules.LONGEST_USER,
        help_text="Only if the server asks for a name and a password. Leave it empty for a token.",
    )
    credential = forms.CharField(
        label="Token or password",
        required=False,
        max_length=rules.LONGEST_CREDENTIAL,
        # What was typed stays in the form until it is saved; what is stored is never put there.
        widget=forms.PasswordInput(attrs={**CODE, "autocomplete": "new-password"}, render_value=True),
        help_text="It is stored sealed and not shown again. Leave it empty if the server asks for none.",
    )

    def __init__(self, *args: Any, known: Registry | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        if known is not None and known.credential:
            self.fields["credential"].help_text = "Stored and not shown. Leave it empty to keep it."


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """Every registry, and when it answered last."""
    _, portfolio = subjects.portfolio(request, slug, "registry.manage")
    context = {"portfolio": portfolio, "registries": registries.of(portfolio), "nav": "settings"}
    return render(request, "integrations/registries/list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("credential")
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for a server; try it, or keep it."""
    actor, portfolio = subjects.portfolio(request, slug, "registry.manage")
    return _answer(request, actor, portfolio, RegistryForm(request.POST or None), None)


@never_cache
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("credential")
def change(request: HttpRequest, slug: str, registry_id: int) -> HttpResponse:
    """The same for one that is there."""
    actor, portfolio = subjects.portfolio(request, slug, "registry.manage")
    registry = registries.one_or_404(portfolio, registry_id)
    stored = {name: getattr(registry, name) for name in ("name", "url", "username")}
    form = RegistryForm(request.POST or None, known=registry, initial=stored)
    return _answer(request, actor, portfolio, form, registry)


@require_POST
def remove(request: HttpRequest, slug: str, registry_id: int) -> HttpResponse:
    """Read it no more."""
    actor, portfolio = subjects.portfolio(request, slug, "registry.manage")
    registry = registries.one_or_404(portfolio, registry_id)
    actions.remove(registry.pk, actor=actor)
    return answers.go(request, _home(portfolio), f"{registry.name} is not read any more")


@require_POST
def read_again(request: HttpRequest, slug: str, registry_id: int) -> HttpResponse:
    """Have all that is linked there read at once."""
    actor, portfolio = subjects.portfolio(request, slug, "registry.manage")
    registry = registries.one_or_404(portfolio, registry_id)
    number = links.read_all(registry.pk, actor=actor)
    said = f"{number} link{'' if number == 1 else 's'} of {registry.name} will be read now"
    return answers.go(request, _home(portfolio), said)


@sensitive_variables("said")
def _answer(
    request: HttpRequest, actor: Actor, portfolio: Portfolio, form: RegistryForm, registry: Registry | None
) -> HttpResponse:
    if not form.is_bound:
        return _dialog(request, portfolio, form, registry)
    if not form.is_valid():
        return _dialog(request, portfolio, form, registry, status=answers.INVALID)
    said = form.cleaned_data
    if too_many("registry-test", str(actor.user_id), most=MOST_TESTS, seconds=TEST_SECONDS):
        form.add_error(None, "So many tests in ten minutes are enough. Wait a little.")
        return _dialog(request, portfolio, form, registry, status=TOO_MANY)
    try:
        # It is asked before it is stored, unless somebody knows better.
        if "untested" not in request.POST:
            tried = {name: said[name] for name in ("url", "username", "credential")}
            greeting = actions.try_out(portfolio, actor=actor, known=registry, **tried)
            if "test" in request.POST:
                return _dialog(request, portfolio, form, registry, greeting=greeting.words)
        if registry is None:
            actions.add(portfolio.pk, actor=actor, **said)
        else:
            actions.change(registry.pk, actor=actor, **said)
    except Refused as refusal:
        form.take(refusal)
        status = answers.INVALID if refusal.obstacles else answers.CONFLICT
        failed = refusal.code == actions.NO_ANSWER
        return _dialog(request, portfolio, form, registry, status=status, failed=failed)
    return answers.go(request, _home(portfolio), f"{said['name']} is saved")


def _dialog(
    request: HttpRequest,
    portfolio: Portfolio,
    form: RegistryForm,
    registry: Registry | None,
    *,
    status: int = answers.OK,
    greeting: str = "",
    failed: bool = False,
) -> HttpResponse:
    context = {"portfolio": portfolio, "form": form, "registry": registry, "greeting": greeting}
    context |= {"failed": failed, "home": _home(portfolio), "nav": "settings"}
    return render(request, "integrations/registries/form.html", context, status=status)


def _home(portfolio: Portfolio) -> str:
    return reverse("registries", args=[portfolio.slug])
