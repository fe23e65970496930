"""Webhooks of a portfolio: added, changed, tried, switched, given new secrets, removed."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portfolio import addresses
from portfolio.integrations.events.rules import catalogue as event_catalogue
from portfolio.integrations.models import Webhook
from portfolio.integrations.webhooks.actions import webhooks as actions
from portfolio.integrations.webhooks.queries import webhooks
from portfolio.integrations.webhooks.rules import webhooks as rules
from portfolio.outgoing import Answer
from portfolio.tries import too_many
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio
from projects.pages import answers, subjects
from projects.pages.fields import LineField
from projects.pages.refusals import RefusalForm

# Somebody who tries an address again and again is looking for something else.
MOST_TESTS, TEST_SECONDS = 20, 600
TOO_MANY = 429
ENOUGH = "So many tests in ten minutes are enough. Wait a little."


class WebhookForm(RefusalForm):
    """One webhook; when it is changed, an empty address keeps the stored one and the secret is not asked."""

    url = forms.CharField(
        label="Address",
        max_length=addresses.LONGEST,
        widget=forms.TextInput(attrs={"class": "input--code", "autocomplete": "off", "inputmode": "url"}),
        help_text="Where the other system takes messages. It begins with https://.",
    )
    name = LineField(max_length=rules.LONGEST_NAME, required=False, help_text="Such as Data warehouse.")
    secret = forms.CharField(
        label="Signing secret",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"class": "input--code", "autocomplete": "off", "spellcheck": "false"}),
        help_text="Give it to the other system now, or enter the one that it gave you.",
    )
    kinds = forms.MultipleChoiceField(
        required=False, choices=lambda: [(k, k) for k in event_catalogue.entries()]
    )

    def __init__(self, *args: Any, known: Webhook | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        if known is not None:
            del self.fields["secret"]
            self.fields["url"].required = False
            self.fields["url"].help_text = f"Now {webhooks.shown(known.url)}. Leave it empty to keep it."

    def groups(self) -> list[tuple[str, list[tuple[str, str, bool]], int]]:
        """The kinds by group: code, words and whether it is ticked; and how many are."""
        ticked = set(self["kinds"].value() or [])
        found: dict[str, list[tuple[str, str, bool]]] = {}
        for entry in event_catalogue.entries().values():
            said = (entry.kind, rules.words_of(entry.kind), entry.kind in ticked)
            found.setdefault(entry.group, []).append(said)
        return [(group, kinds, sum(each[2] for each in kinds)) for group, kinds in found.items()]


class RotateForm(forms.Form):
    """How long the former secret is signed with as well."""

    overlap_hours = forms.IntegerField(
        label="Sign with both for so many hours",
        min_value=0,
        max_value=rules.LONGEST_OVERLAP_HOURS,
        initial=rules.USUAL_OVERLAP_HOURS,
        help_text="Until the other system knows the new one. 0 ends the former secret at once.",
    )


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """Every webhook; those who manage keys find them beside the keys as well."""
    _, portfolio = subjects.portfolio(request, slug, "webhook.manage")
    context = {"portfolio": portfolio, "webhooks": webhooks.of(portfolio), "nav": "settings"}
    return render(request, "integrations/webhooks/list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("url", "secret")
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for an address; try it, or keep it."""
    actor, portfolio = subjects.portfolio(request, slug, "webhook.manage")
    form = WebhookForm(request.POST or None, initial={"secret": actions.new_secret()})
    return _answer(request, actor, portfolio, form, None)


@never_cache
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("url")
def change(request: HttpRequest, slug: str, webhook_id: int) -> HttpResponse:
    """The same for one that is there."""
    actor, portfolio = subjects.portfolio(request, slug, "webhook.manage")
    hook = webhooks.one_or_404(portfolio, webhook_id)
    form = WebhookForm(request.POST or None, known=hook, initial={"name": hook.name, "kinds": hook.kinds})
    return _answer(request, actor, portfolio, form, hook)


@require_POST
def try_out(request: HttpRequest, slug: str, webhook_id: int) -> HttpResponse:
    """A test message to the stored address; its page says how it went."""
    actor, portfolio = subjects.portfolio(request, slug, "webhook.manage")
    hook = webhooks.one_or_404(portfolio, webhook_id)
    answer = Answer(error=ENOUGH) if _tested_enough(actor) else _pinged(portfolio, hook, actor)
    said = f"The test message was not taken. {answer.error}" if answer.error else "The test message was taken"
    return answers.go(request, _page(hook), said)


@require_POST
def switch(request: HttpRequest, slug: str, webhook_id: int) -> HttpResponse:
    """Off, or on again: with what it missed or without."""
    actor, portfolio = subjects.portfolio(request, slug, "webhook.manage")
    hook = webhooks.one_or_404(portfolio, webhook_id)
    is_on = request.POST.get("is_on") == "1"
    missed = actions.switch(hook.pk, is_on=is_on, actor=actor, resend="resend" in request.POST)
    more = f", and {missed} missed message{'' if missed == 1 else 's'}" if missed else ""
    said = f"{hook.name} is posted to again{more}" if is_on else f"Nothing is posted to {hook.name} for now"
    known = (home(portfolio), reverse("keys", args=[portfolio.slug]), _page(hook))
    back = request.POST.get("back", "")
    return answers.go(request, back if back in known else known[0], said)


@never_cache
@require_http_methods(["GET", "POST"])
@sensitive_variables("secret")
def rotate(request: HttpRequest, slug: str, webhook_id: int) -> HttpResponse:
    """A new secret, shown this once."""
    actor, portfolio = subjects.portfolio(request, slug, "webhook.manage")
    hook = webhooks.one_or_404(portfolio, webhook_id)
    form = RotateForm(request.POST or None)
    context = {"portfolio": portfolio, "hook": hook, "form": form, "nav": "settings", "home": _page(hook)}
    if form.is_valid():
        secret = actions.rotate(hook.pk, actor=actor, **form.cleaned_data)
        return render(request, "integrations/webhooks/made.html", {**context, "secret": secret})
    status = answers.INVALID if form.errors else answers.OK
    return render(request, "integrations/webhooks/rotate.html", context, status=status)


@require_POST
def remove(request: HttpRequest, slug: str, webhook_id: int) -> HttpResponse:
    """Post nothing there any more."""
    actor, portfolio = subjects.portfolio(request, slug, "webhook.manage")
    hook = webhooks.one_or_404(portfolio, webhook_id)
    actions.remove(hook.pk, actor=actor)
    return answers.go(request, home(portfolio), f"Nothing is posted to {hook.name} any more")


@sensitive_variables("said", "secret")
def _answer(
    request: HttpRequest, actor: Actor, portfolio: Portfolio, form: WebhookForm, hook: Webhook | None
) -> HttpResponse:
    if not form.is_bound:
        return _dialog(request, portfolio, form, hook)
    if not form.is_valid():
        return _dialog(request, portfolio, form, hook, status=answers.INVALID)
    said, untested = form.cleaned_data, "untested" in request.POST
    if not untested and _tested_enough(actor):
        form.add_error(None, ENOUGH)
        return _dialog(request, portfolio, form, hook, status=TOO_MANY)
    try:
        if "test" in request.POST:
            url, secret = said["url"], said.get("secret", "")
            tested = actions.ping(portfolio, url=url, secret=secret, hook=hook, actor=actor)
            return _dialog(request, portfolio, form, hook, tested=tested)
        if hook is None:
            made, secret = actions.add(portfolio.pk, actor=actor, untested=untested, **said)
            context = {"portfolio": portfolio, "hook": made, "secret": secret, "home": _page(made)}
            return render(request, "integrations/webhooks/made.html", context)
        actions.change(hook.pk, actor=actor, untested=untested, **said)
    except Refused as refusal:
        form.take(refusal)
        status = answers.INVALID if refusal.obstacles else answers.CONFLICT
        failed = any(reason.code == actions.UNTESTED for reason in refusal.obstacles)
        return _dialog(request, portfolio, form, hook, status=status, failed=failed)
    return answers.go(request, _page(hook), f"{hook.name} is saved")


def _dialog(
    request: HttpRequest,
    portfolio: Portfolio,
    form: WebhookForm,
    hook: Webhook | None,
    *,
    status: int = answers.OK,
    tested: Answer | None = None,
    failed: bool = False,
) -> HttpResponse:
    context = {
        "portfolio": portfolio,
        "form": form,
        "hook": hook,
        "tested": tested,
        "failed": failed or bool(tested and tested.error),
        "home": _page(hook) if hook else home(portfolio),
        "nav": "settings",
    }
    return render(request, "integrations/webhooks/form.html", context, status=status)


def _pinged(portfolio: Portfolio, hook: Webhook, actor: Actor) -> Answer:
    try:
        return actions.ping(portfolio, url="", hook=hook, actor=actor)
    except Refused as refusal:
        return Answer(error=refusal.message)


def _tested_enough(actor: Actor) -> bool:
    return too_many("webhook-test", str(actor.user_id), most=MOST_TESTS, seconds=TEST_SECONDS)


def home(portfolio: Portfolio) -> str:
    """The page that lists the webhooks."""
    return reverse("webhooks", args=[portfolio.slug])


def _page(hook: Webhook) -> str:
    return reverse("webhook", args=[hook.portfolio.slug, hook.pk])
