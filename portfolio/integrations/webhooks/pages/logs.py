"""A webhook's own page: what it sent, what came back, and sending it again."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portfolio.integrations.models import Webhook, WebhookDelivery
from portfolio.integrations.webhooks.actions import replays
from portfolio.integrations.webhooks.queries import logs, webhooks
from portfolio.integrations.webhooks.rules.webhooks import words_of
from projects.errors import Refused
from projects.models import Portfolio
from projects.pages import answers, subjects

PAGE = 50


class ReplayForm(forms.Form):
    """Since when everything is sent again."""

    at = forms.DateTimeField(
        label="Send every event since",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="With those that were never sent. A receiver that has seen a message knows its id.",
    )


@require_safe
def show(request: HttpRequest, slug: str, webhook_id: int) -> HttpResponse:
    """One webhook and its log."""
    _, portfolio = subjects.portfolio(request, slug, "webhook.manage")
    hook = webhooks.one_or_404(portfolio, webhook_id)
    row = next(row for row in webhooks.of(portfolio) if row.hook.pk == hook.pk)
    filters = {name: request.GET.get(name, "") for name in ("state", "kind")}
    page = Paginator(logs.of(hook, **filters), PAGE).get_page(request.GET.get("page"))
    context = {
        "portfolio": portfolio,
        "row": row,
        "hook": row.hook,
        "page": page,
        "rows": logs.rows(hook, page.object_list),
        "filters": filters,
        "states": WebhookDelivery.State.choices,
        "nav": "settings",
        "now": timezone.now(),
    }
    if getattr(request, "htmx", None) and request.htmx.target == "list":  # type: ignore[attr-defined]
        return render(request, "integrations/webhooks/_log.html", context)
    context["kinds"] = [(kind, words_of(kind)) for kind in logs.kinds(hook)]
    return render(request, "integrations/webhooks/show.html", context)


@require_safe
def one(request: HttpRequest, slug: str, webhook_id: int, delivery_id: int) -> HttpResponse:
    """One message: the body, each try and its answer."""
    _, portfolio = subjects.portfolio(request, slug, "webhook.manage")
    hook = webhooks.one_or_404(portfolio, webhook_id)
    delivery = logs.one_or_404(hook, delivery_id)
    context = {
        "portfolio": portfolio,
        "hook": hook,
        "row": logs.one(delivery),
        "delivery": delivery,
        "attempts": list(delivery.attempts.all()),
        "body": logs.laid_out(delivery),
        "message_id": logs.message_id(delivery),
        "words": words_of(delivery.kind),
        "now": timezone.now(),
        "nav": "settings",
    }
    return render(request, "integrations/webhooks/delivery.html", context)


@require_POST
def again(request: HttpRequest, slug: str, webhook_id: int, delivery_id: int) -> HttpResponse:
    """One message once more."""
    actor, portfolio = subjects.portfolio(request, slug, "webhook.manage")
    hook = webhooks.one_or_404(portfolio, webhook_id)
    delivery = logs.one_or_404(hook, delivery_id)
    try:
        replays.one(delivery.pk, actor=actor)
    except Refused as refusal:
        return answers.go(request, _page(portfolio, hook), refusal.message)
    return answers.go(
        request, _page(portfolio, hook), f"{words_of(delivery.kind).capitalize()} is sent again"
    )


@require_http_methods(["GET", "POST"])
def replay(request: HttpRequest, slug: str, webhook_id: int) -> HttpResponse:
    """Everything since a moment."""
    actor, portfolio = subjects.portfolio(request, slug, "webhook.manage")
    hook = webhooks.one_or_404(portfolio, webhook_id)
    form = ReplayForm(request.POST or None)
    context: dict[str, Any] = {"portfolio": portfolio, "hook": hook, "form": form, "nav": "settings"}
    context["home"] = _page(portfolio, hook)
    status = answers.OK
    if form.is_valid():
        try:
            number = replays.since(hook.pk, at=form.cleaned_data["at"], actor=actor)
        except Refused as refusal:
            form.add_error(None, refusal.message)
            status = answers.CONFLICT
        else:
            said = f"{number} message{' goes' if number == 1 else 's go'} again"
            return answers.go(request, context["home"], said)
    elif form.is_bound:
        status = answers.INVALID
    return render(request, "integrations/webhooks/replay.html", context, status=status)


def _page(portfolio: Portfolio, hook: Webhook) -> str:
    return reverse("webhook", args=[portfolio.slug, hook.pk])
