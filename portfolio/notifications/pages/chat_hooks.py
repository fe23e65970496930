"""The chats of a portfolio: which there are, what they are told, how their posts fare."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portfolio import addresses
from portfolio.notifications.actions import chat_hooks as actions
from portfolio.notifications.models import ChatHook
from portfolio.notifications.queries import chat_hooks
from portfolio.notifications.rules.chat_hooks import LONGEST_NAME
from portfolio.notifications.rules.chat_topics import TOPICS, USUAL
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


class HookForm(RefusalForm):
    """One chat; when it is changed, an empty address keeps the stored one."""

    name = LineField(max_length=LONGEST_NAME, help_text="Such as the room’s.")
    style = forms.ChoiceField(
        label="Chat",
        choices=ChatHook._meta.get_field("style").choices or [],
        widget=forms.RadioSelect,
        initial="slack",
    )
    url = forms.CharField(
        label="Address of the incoming webhook",
        max_length=addresses.LONGEST,
        widget=forms.TextInput(attrs={"class": "input--code", "autocomplete": "off", "inputmode": "url"}),
        help_text="From the chat’s settings. Whoever knows it may post there: it is not shown again.",
    )
    topics = forms.MultipleChoiceField(
        label="Tell it of",
        choices=[(topic.code, f"{topic.label}: {topic.explanation}") for topic in TOPICS.values()],
        widget=forms.CheckboxSelectMultiple,
        initial=USUAL,
    )
    only_critical = forms.BooleanField(
        label="Only what is grave",
        required=False,
        help_text="Critical flags and blockers, steps to sponsor and board, stops, rejections.",
    )

    def __init__(self, *args: Any, known: ChatHook | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        if known is not None:
            self.fields["url"].required = False
            self.fields["url"].help_text = "Stored and not shown. Leave it empty to keep it."


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """Every chat and its latest posts."""
    _, portfolio = subjects.portfolio(request, slug, "chat.manage")
    rows = chat_hooks.of(portfolio)
    context = {"portfolio": portfolio, "rows": rows, "posts": chat_hooks.latest(portfolio), "nav": "settings"}
    return render(request, "notifications/chats.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("url")
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for a chat; try it, or keep it."""
    actor, portfolio = subjects.portfolio(request, slug, "chat.manage")
    form = HookForm(request.POST or None)
    return _answer(request, actor, portfolio, form, None)


@never_cache
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("url")
def change(request: HttpRequest, slug: str, hook_id: int) -> HttpResponse:
    """The same for one that is there."""
    actor, portfolio = subjects.portfolio(request, slug, "chat.manage")
    hook = chat_hooks.one_or_404(portfolio, hook_id)
    fields = ("name", "style", "topics", "only_critical")
    form = HookForm(request.POST or None, known=hook, initial={name: getattr(hook, name) for name in fields})
    return _answer(request, actor, portfolio, form, hook)


@require_POST
def remove(request: HttpRequest, slug: str, hook_id: int) -> HttpResponse:
    """Post nothing there any more."""
    actor, portfolio = subjects.portfolio(request, slug, "chat.manage")
    hook = chat_hooks.one_or_404(portfolio, hook_id)
    actions.remove(hook.pk, actor=actor)
    return answers.go(request, _home(portfolio), f"Nothing is posted to {hook.name} any more")


@require_POST
def enable(request: HttpRequest, slug: str, hook_id: int) -> HttpResponse:
    """Go on after it was stopped, with what it missed or without."""
    actor, portfolio = subjects.portfolio(request, slug, "chat.manage")
    hook = chat_hooks.one_or_404(portfolio, hook_id)
    missed = actions.enable(hook.pk, actor=actor, resend="resend" in request.POST)
    said = f", and {missed} missed post{'' if missed == 1 else 's'}" if missed else ""
    return answers.go(request, _home(portfolio), f"{hook.name} is posted to again{said}")


@sensitive_variables("said")
def _answer(
    request: HttpRequest, actor: Actor, portfolio: Portfolio, form: HookForm, hook: ChatHook | None
) -> HttpResponse:
    if not form.is_bound:
        return _dialog(request, portfolio, form, hook)
    if not form.is_valid():
        return _dialog(request, portfolio, form, hook, status=answers.INVALID)
    said = form.cleaned_data
    try:
        if "test" in request.POST:
            return _tested(request, actor, portfolio, form, hook)
        if hook is None:
            actions.add(portfolio.pk, actor=actor, **said)
        else:
            actions.change(hook.pk, actor=actor, **said)
    except Refused as refusal:
        form.take(refusal)
        status = answers.INVALID if refusal.obstacles else answers.CONFLICT
        return _dialog(request, portfolio, form, hook, status=status)
    return answers.go(request, _home(portfolio), f"{said['name']} is saved")


def _tested(
    request: HttpRequest, actor: Actor, portfolio: Portfolio, form: HookForm, hook: ChatHook | None
) -> HttpResponse:
    """One post now; the dialog stays, and says how it went."""
    if too_many("chat-test", str(actor.user_id), most=MOST_TESTS, seconds=TEST_SECONDS):
        form.add_error(None, "So many tests in ten minutes are enough. Wait a little.")
        return _dialog(request, portfolio, form, hook, status=TOO_MANY)
    said = form.cleaned_data
    url = said["url"].strip() or (hook.url if hook else "")
    error = actions.test(portfolio, style=said["style"], url=url, actor=actor)
    tested = {"error": error, "host": addresses.host(url)}
    # What was typed is kept in the form until it is saved; a stored address is not put there.
    return _dialog(request, portfolio, form, hook, tested=tested)


def _dialog(
    request: HttpRequest,
    portfolio: Portfolio,
    form: HookForm,
    hook: ChatHook | None,
    *,
    status: int = answers.OK,
    tested: dict[str, str] | None = None,
) -> HttpResponse:
    context = {
        "portfolio": portfolio,
        "form": form,
        "hook": hook,
        "host": addresses.host(hook.url) if hook else "",
        "tested": tested,
        "home": _home(portfolio),
        "nav": "settings",
    }
    return render(request, "notifications/chat.html", context, status=status)


def _home(portfolio: Portfolio) -> str:
    return reverse("chats", args=[portfolio.slug])
